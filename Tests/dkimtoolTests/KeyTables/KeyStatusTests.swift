import DKIMCore
import DKIMDiagnostics
import DKIMMilter
import Testing

@testable import dkimtool

@Suite("testkey: the exit status for the record of one key")
struct KeyStatusTests {
  private func status(_ answer: KeyAnswer, privateKey: SigningKey? = nil) throws -> DKIMMilter.ExitStatus {
    let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("sel")))
    return PublishedKeyCheck(query, answer, privateKey: privateKey).status
  }

  @Test
  func `0 for a key that can be used, 65 for another key, 69 for any other problem`() throws {
    let key = try SigningKey.generate(.ed25519)
    let answer = KeyAnswer.records([Array(try PublishableKeyRecord(key).text.utf8)], secure: false)
    #expect(try status(answer, privateKey: key) == .success)
    #expect(try status(answer, privateKey: try SigningKey.generate(.ed25519)) == .dataError)
    #expect(try status(.noSuchName(secure: false)) == .unavailable)
  }

  @Test(arguments: [
    (KeyLookupFailure.timeout(seconds: 5), "no name server responded within 5 s; try another one with --nameserver IP"),
    (.unavailable("no server"), "give a server with --nameserver IP"),
    (.refused, "the name server does not serve you; try another one"),
  ])
  func `a fix that needs another name server names the option for it`(_ failure: KeyLookupFailure, _ fix: String) throws
  {
    let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("sel")))
    #expect(PublishedKeyCheck(query, .failure(failure)).issues.map(\.fixWithOption) == [fix])
  }
}
