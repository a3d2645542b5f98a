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
}
