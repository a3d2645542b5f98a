import Testing
import TestSupport

/// An external message, and the expected results.
enum InboundCase: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case good
  case brokenBody
  case brokenHeader
  case expired
  case unsigned
  case severalSignatures
  case unknownKey
  case garbageKey
  case bytesInKey
  case revokedKey
  case anotherKey
  case malformedSignature

  var testDescription: String { rawValue }

  func message(_ house: MailHouse) throws -> [UInt8] {
    let plain = MailText.theirs(rawValue)
    switch self {
    case .good: return try house.signed(plain)
    case .brokenBody: return try house.signed(plain) + Array("One more line.\r\n".utf8)
    case .brokenHeader: return Self.replacing("Subject: brokenHeader", "Subject: broken", in: try house.signed(plain))
    case .expired: return try house.signed(plain, lifetime: 60, at: InteropCase.now() - 100_000)
    case .unsigned: return plain
    case .severalSignatures: return try house.signed(house.signed(house.signed(plain), selector: "other"))
    case .unknownKey: return try house.signed(plain, selector: "nobody")
    case .garbageKey: return try house.signed(plain, selector: "garbage")
    case .bytesInKey: return try house.signed(plain, selector: "octets")
    case .revokedKey: return try house.signed(plain, selector: "revoked")
    case .anotherKey: return try house.signed(plain, selector: "other")
    case .malformedSignature:
      return Array("DKIM-Signature: v=1; a=rsa-sha256; d=remote.test; this is not it\r\n".utf8) + plain
    }
  }

  /// The correct result words for each signature from the top; several if RFC 8601 leaves the choice.
  var words: [Set<String>] {
    switch self {
    case .good: [["pass"]]
    case .brokenBody, .brokenHeader, .anotherKey: [["fail"]]
    case .expired: [["policy", "permerror", "fail", "neutral"]]
    case .unsigned: [["none"]]
    case .severalSignatures: [["pass"], ["fail"], ["pass"]]
    case .unknownKey, .revokedKey: [["permerror", "fail"]]
    case .garbageKey, .bytesInKey: [["permerror", "neutral", "fail"]]
    case .malformedSignature: [["permerror", "neutral"]]
    }
  }

  private static func replacing(_ old: String, _ new: String, in message: [UInt8]) -> [UInt8] {
    guard let location = message.firstRange(of: Array(old.utf8)) else { return message }
    return message[..<location.lowerBound] + Array(new.utf8) + message[location.upperBound...]
  }
}

extension RealMailTests {
  /// The results for external mail.
  @Suite struct Inbound {
    @Test(arguments: MilterSocket.allCases, InboundCase.allCases)
    func judged(_ socket: MilterSocket, _ one: InboundCase) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard.adding("AlwaysAddARHeader yes"), socket)
      let mail = try await house.receive(one.message(house), socket)
      let words = mail.dkimWords
      try #require(words.count == one.words.count, "\(mail.ownResults)")
      for (word, right) in zip(words, one.words) { #expect(right.contains(word), "\(mail.ownResults)") }
      #expect(mail.selectors.count == (one == .unsigned || one == .malformedSignature ? 0 : one.words.count))
    }

    /// By default, unsigned mail gets no result.
    @Test(arguments: MilterSocket.allCases)
    func `nothing is logged about unsigned mail`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      #expect(try await house.receive(MailText.theirs("unsigned"), socket).ownResults == [])
    }

    @Test(arguments: MilterSocket.allCases, [MailNameServers.silent, MailNameServers.failing])
    func `DNS errors are reported`(_ socket: MilterSocket, _ domain: String) async throws {
      let house = try MailHouse.here
      var setup = house.standard.adding("On-DNSError accept")
      if domain == MailNameServers.silent { setup.nameServer = house.nameServers.troublesome.port }
      try await house.milter(setup, socket)
      let message = try house.signed(MailText.theirs("trouble"), domain: domain)
      let name = MailHouse.name()
      let result = try await house.send(
        message, to: name, .exchange, socket, from: "bob@remote.test", client: SMTPEnvelope.outsider)
      #expect(result.isAccepted)
      // DNSTimeout is 2 s, and the milter may take one more second; the rest is for a slow machine.
      #expect(result.seconds < 8)
      #expect(try await house.sink.take(name).dkimWords == ["temperror"])
    }

    @Test(arguments: MilterSocket.allCases, [MailNameServers.silent, MailNameServers.failing])
    func `errors in names are reported later`(_ socket: MilterSocket, _ domain: String) async throws {
      let house = try MailHouse.here
      var setup = house.standard
      if domain == MailNameServers.silent { setup.nameServer = house.nameServers.troublesome.port }
      try await house.milter(setup, socket)
      let message = try house.signed(MailText.theirs("trouble"), domain: domain)
      let result = try await house.send(
        message, to: MailHouse.name(), .exchange, socket, from: "bob@remote.test", client: SMTPEnvelope.outsider)
      #expect(result.step == "message" && result.reply.hasPrefix("451 4.7."), "\(result)")
    }

    @Test(arguments: MilterSocket.allCases)
    func `bad signatures are rejected if the setting says so`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard.adding("On-BadSignature reject"), socket)
      for one in [InboundCase.brokenBody, .brokenHeader, .expired, .anotherKey] {
        let result = try await house.send(
          one.message(house), to: MailHouse.name(), .exchange, socket, from: "bob@remote.test",
          client: SMTPEnvelope.outsider)
        #expect(result.reply.hasPrefix("550 5.7."), "\(one): \(result)")
      }
      #expect(try await house.receive(InboundCase.good.message(house), socket).dkimWords == ["pass"])
    }

    /// One message waits for a DNS query without a response; the others do not.
    @Test(arguments: MilterSocket.allCases)
    func `slow names delay no other mail`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      var setup = house.standard.adding("On-DNSError accept", "DNSTimeout 6")
      setup.nameServer = house.nameServers.troublesome.port
      try await house.milter(setup, socket)
      let port = house.postfix(socket).port(.exchange)
      let slow = try house.signed(MailText.theirs("slow"), domain: MailNameServers.silent)
      let quick = try house.signed(MailText.theirs("quick"))
      let envelope = SMTPEnvelope(port: port, sender: "bob@remote.test", client: SMTPEnvelope.outsider)
      let (slowName, quickName) = (MailHouse.name("slow"), MailHouse.name("quick"))
      let waiting = try await house.client.begin(slowName, slow, envelope, count: 4, sessions: 4)
      let quickOnes = try await house.client.load(quickName, quick, envelope, count: 40, sessions: 4)
      #expect(try house.sink.count(slowName) == 0, "the slow ones were not slow")
      let slowOnes = try await house.client.end(of: waiting)
      #expect(quickOnes.accepted.count == 40 && slowOnes.accepted.count == 4)
      #expect((quickOnes.times.last ?? 0) < (slowOnes.times.first ?? 0) / 2)
      #expect(try await house.collect(quickName, quickOnes).values.allSatisfy { $0.dkimWords == ["pass"] })
      #expect(try await house.collect(slowName, slowOnes).values.allSatisfy { $0.dkimWords == ["temperror"] })
    }
  }
}
