import Testing
import TestSupport

/// Ways to write this host's name into a field sent by an external client.
enum Forgery: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case plain = "mx.ours.test; "
  case upperCase = "MX.OURS.TEST; "
  case comments = "(a (nested) comment) mx.ours.test (and more); "
  case quotedString = "\"mx.ours.test\"; "
  case escapedQuotedString = "\"mx\\.ours.test\"; "
  case version = "mx.ours.test 1; "
  case folded = "\r\n\tmx.ours.test\r\n ;\r\n\t "
  case international = "mx.bücher.test; "
  case punycode = "mx.xn--bcher-kva.test; "

  var testDescription: String { "\(self)" }

  var isInternational: Bool { self == .international || self == .punycode }
}

extension RealMailTests {
  /// External clients cannot add results with this host's name. // RFC 8601 §5
  @Suite struct Forgeries {
    private static let claim = "dkim=pass header.d=bank.test"

    @Test(arguments: MilterSocket.allCases, Forgery.allCases)
    func removed(_ socket: MilterSocket, _ forgery: Forgery) async throws {
      let house = try MailHouse.here
      let names = forgery.isInternational ? ["AuthservID mx.xn--bcher-kva.test"] : []
      var setup = house.standard
      setup.lines += names
      try await house.milter(setup, socket)
      let signed = try house.signed(MailText.theirs("forged"))
      for name in ["Authentication-Results", "AUTHENTICATION-results"] {
        // The highest index is deleted first, so that the others do not change.
        let forged = Array(repeating: "\(name): \(forgery.rawValue)\(Self.claim)\r\n", count: 3).joined()
        let foreign = "Authentication-Results: mx.elsewhere.test; spf=pass smtp.mailfrom=remote.test\r\n"
        let mail = try await house.receive(Array((forged + foreign + forged).utf8) + signed, socket)
        let values = mail.values("Authentication-Results")
        #expect(!values.contains { $0.contains("bank.test") }, "\(values)")
        #expect(values.contains { $0.contains("mx.elsewhere.test") }, "\(values)")
        #expect(values.first?.contains("dkim=pass") == true && values.first?.contains("remote.test") == true)
      }
    }

    @Test(arguments: MilterSocket.allCases)
    func `hashed data is kept on request`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard.adding("KeepAuthResults yes"), socket)
      let forged = Array("Authentication-Results: mx.ours.test; \(Self.claim)\r\n".utf8)
      let mail = try await house.receive(forged + house.signed(MailText.theirs("kept")), socket)
      #expect(mail.values("Authentication-Results").contains { $0.contains("bank.test") })
    }
  }
}
