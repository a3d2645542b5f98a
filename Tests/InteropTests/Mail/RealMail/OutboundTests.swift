import Testing
import TestSupport

extension RealMailTests {
  /// Internal mail is signed, and the signature is valid after delivery.
  @Suite struct Outbound {
    @Test(arguments: MilterSocket.allCases, MailShape.allCases)
    func `signed and accepted by others`(_ socket: MilterSocket, _ shape: MailShape) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let mail = try await house.submit(shape.message, socket, from: shape.sender, parameters: shape.parameters)
      #expect(mail.selectors == ["rsa"])
      try await house.panel.expectAccepted(mail)
    }

    /// Not even white space may change in transit.
    @Test(arguments: MilterSocket.allCases, MailShape.allCases.filter { $0 != .thirtyMegabytes })
    func `signed simply`(_ socket: MilterSocket, _ shape: MailShape) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard.adding("Canonicalization simple/simple"), socket)
      let mail = try await house.submit(shape.message, socket, from: shape.sender, parameters: shape.parameters)
      #expect(mail.selectors == ["rsa"])
      try await house.panel.expectAccepted(mail)
    }

    @Test(arguments: MilterSocket.allCases)
    func `signed with two keys`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try house.writeKey("*@ours.test rsa\n*@ours.test ed\n", "twokeys")
      try await house.milter(
        house.standard.adding("SigningTable refile:\(house.keyFolder)/twokeys", "MultipleSignatures yes"), socket)
      for shape in [MailShape.plain, .eightBit, .oddHeader] {
        let mail = try await house.submit(shape.message, socket, from: shape.sender, parameters: shape.parameters)
        #expect(Set(mail.selectors) == ["rsa", "ed"])
        try await house.panel.expectAccepted(mail, isRSA: false)
      }
    }

    /// The sendmail command: no SMTP session, no client address.
    @Test(arguments: MilterSocket.allCases)
    func `signed through sendmail`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let name = MailHouse.name("sendmail")
      let message = Array("From: alice@ours.test\nTo: x@elsewhere.test\nSubject: by hand\n\nHello.\n".utf8)
      let arguments = ["-f", "alice@ours.test", name + "@elsewhere.test"]
      #expect(try house.postfix(socket).sendmail(arguments, message: message) == 0)
      let mail = try await house.sink.take(name)
      #expect(mail.selectors == ["rsa"])
      try await house.panel.expectAccepted(mail)
    }

    /// `internal_mail_filter_classes = bounce`
    @Test(arguments: MilterSocket.allCases)
    func `bounces are signed`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let sender = MailHouse.name("bounced")
      let result = try await house.send(
        MailText.ours("to nobody"), to: MailHouse.name("refuse"), .submission, socket, from: sender + "@ours.test")
      #expect(result.isAccepted)
      let mail = try await house.sink.take(sender)
      #expect(mail.sender == "")
      #expect(mail.values("From").first?.contains("MAILER-DAEMON@\(Postfix.hostname)") == true)
      #expect(mail.selectors == ["rsa"])
      try await house.panel.expectAccepted(mail)
    }

    @Test(arguments: MilterSocket.allCases)
    func `signed for an authenticated client from anywhere`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let mail = try await house.submit(
        MailText.ours("from the road"), socket, client: SMTPEnvelope.outsider + " LOGIN=alice")
      #expect(mail.selectors == ["rsa"])
      try await house.panel.expectAccepted(mail)
    }

    /// Postfix's cleanup has another name, and sends it if macros are requested with a list.
    @Test(
      arguments: MilterSocket.allCases,
      [["MTA ORIGINATING"], ["MacroList daemon_name=ORIGINATING"], ["MTA ORIGINATING", "SenderMacro nobody"]])
    func `signed for the daemon name`(_ socket: MilterSocket, _ lines: [String]) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard.adding(lines.joined(separator: "\n")), socket)
      let mail = try await house.submit(MailText.ours("from the road"), socket, client: SMTPEnvelope.outsider)
      #expect(mail.selectors == ["rsa"])
      let other = try await house.submit(
        MailText.ours("at the other door"), socket, door: .exchange, client: SMTPEnvelope.outsider)
      #expect(other.selectors == [])
    }

    /// An external client that sends mail from a local domain gets no signature.
    @Test(arguments: MilterSocket.allCases)
    func `not signed for an outsider`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      for door in [Door.exchange, .submission] {
        let mail = try await house.submit(MailText.ours("it is me"), socket, door: door, client: SMTPEnvelope.outsider)
        #expect(mail.selectors == [])
      }
    }

    @Test(arguments: MilterSocket.allCases)
    func `several messages in one session`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let name = MailHouse.name("session")
      let load = try await house.load(name, count: 30, sessions: 1, .submission, socket)
      let result = try await house.client.end(of: load)
      #expect(result.accepted.count == 30 && result.refused == [])
      let mail = try await house.collect(name, result)
      #expect(mail.values.allSatisfy { $0.selectors == ["rsa"] })
      try await house.panel.expectAccepted(try #require(mail.values.first))
    }
  }
}
