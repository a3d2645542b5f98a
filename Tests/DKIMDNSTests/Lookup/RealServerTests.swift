import Testing

@testable import DKIMCore
@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("Real name servers")
  struct RealServerTests {
    static func records(_ texts: String..., secure: Bool = false) -> KeyAnswer {
      .records(texts.map { bytes($0) }, secure: secure)
    }

    @Test(.enabled(if: NameServerProcess.isInstalled(NameServerProcess.nsd), "nsd is not installed"))
    func `nsd, authoritative`() async throws {
      let nsd = try await ServerProcess.startNSD()
      defer { nsd.stop() }
      try await withKeySource(DNSConfiguration(servers: [nsd.server])) { source in
        func ask(_ selector: String, _ domain: String = "plain.test") async throws -> KeyAnswer {
          let query = KeyQuery(domain: try DomainName(domain), selector: try Selector(selector))
          return await source.answer(try #require(query))
        }
        #expect(try await ask("sel") == Self.records("v=DKIM1; k=rsa; p=AAAABBBB"))
        #expect(try await ask("SEL", "Plain.TEST") == Self.records("v=DKIM1; k=rsa; p=AAAABBBB"))
        #expect(try await ask("octets") == .records([[0, 16, 255, 34, 92]], secure: false))
        guard case .records(let two, secure: false) = try await ask("two") else {
          Issue.record("no records")
          return
        }
        #expect(Set(two) == [bytes("one"), bytes("two")])
        #expect(try await ask("alias") == Self.records("v=DKIM1; k=rsa; p=AAAABBBB"))
        #expect(try await ask("loop1") == .failure(.aliasLoop))
        #expect(try await ask("none") == .noSuchName(secure: false))
        #expect(try await ask("dangling") == .noSuchName(secure: false))
        #expect(try await ask("address") == .noData(secure: false))
        #expect(try await ask("x", "wild.plain.test") == Self.records("wild"))
        // From one zone to another: an authoritative server sends only the CNAME, or both records.
        #expect(try await ask("leaving") == Self.records("v=DKIM1; k=rsa; p=AAAA"))
        #expect(try await ask("outside") == .failure(.refused))
        #expect(try await ask("sel", "elsewhere.test") == .failure(.refused))
        let large = (0..<10).map { String(repeating: Character(Unicode.Scalar(UInt8(65 + $0))), count: 250) }.joined()
        #expect(try await ask("large") == Self.records(large))
        let statistics = source.statistics
        #expect(statistics.tcpConnections == 1 && statistics.cacheHits == 1 && statistics.droppedReplies == 0)
      }
    }

    @Test(
      .enabled(
        if: NameServerProcess.isInstalled(NameServerProcess.nsd)
          && NameServerProcess.isInstalled(NameServerProcess.unbound),
        "nsd or unbound is not installed"))
    func `unbound, validating`() async throws {
      let nsd = try await ServerProcess.startNSD()
      defer { nsd.stop() }
      let unbound = try await ServerProcess.startUnbound(authority: nsd.server)
      defer { unbound.stop() }
      let expected: [(String, KeyAnswer)] = [
        ("good._domainkey.signed.test", Self.records("v=DKIM1; k=rsa; p=AAAA", secure: true)),
        ("alias._domainkey.signed.test", Self.records("v=DKIM1; k=rsa; p=AAAA", secure: true)),
        ("none._domainkey.signed.test", .noSuchName(secure: true)),
        ("address._domainkey.signed.test", .noData(secure: true)),
        ("spoilt._domainkey.signed.test", .failure(.bogus)),
        ("sel._domainkey.plain.test", Self.records("v=DKIM1; k=rsa; p=AAAABBBB")),
        // One half of the chain is not secure.
        ("leaving._domainkey.signed.test", Self.records("v=DKIM1; k=rsa; p=AAAABBBB")),
        ("leaving._domainkey.plain.test", Self.records("v=DKIM1; k=rsa; p=AAAA")),
        ("loop1._domainkey.plain.test", .failure(.serverFailure)),
        ("none._domainkey.plain.test", .noSuchName(secure: false)),
      ]
      try await withKeySource(DNSConfiguration(servers: [unbound.server])) { source in
        for (name, answer) in expected { #expect(await source.answer(name: name) == answer, "\(name)") }
      }
      var distrusting = DNSConfiguration(servers: [unbound.server])
      distrusting.trustAuthenticatedData = .never
      try await withKeySource(distrusting) { source in
        let answer = await source.answer(name: "good._domainkey.signed.test")
        #expect(answer == Self.records("v=DKIM1; k=rsa; p=AAAA"))
      }
    }
  }
}
