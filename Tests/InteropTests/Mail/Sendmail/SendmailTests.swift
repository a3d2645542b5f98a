import Glibc
import Testing
import TestSupport

@testable import DataSetTestSupport

/// Which macros Sendmail's lists have.
enum SendmailMacros: String, Sendable, CaseIterable, CustomTestStringConvertible {
  /// The lists that Sendmail comes with.
  case standard
  /// No `j`, the name of the host.
  case withoutName
  /// Nothing that the milter uses.
  case useless

  var testDescription: String { rawValue }

  var lines: [String] {
    switch self {
    case .standard: []
    case .withoutName: ["define(`confMILTER_MACROS_CONNECT', `_, {daemon_name}')dnl"]
    case .useless:
      ["CONNECT", "HELO", "ENVFROM", "ENVRCPT", "EOM"].map { "define(`confMILTER_MACROS_\($0)', `{if_name}')dnl" }
    }
  }
}

extension RealMailTests {
  /// Mail through a real Sendmail, beside the statements of Docs/Sendmail.md.
  @Suite(
    .enabled(if: SendmailServer.obstacle == nil, Comment(rawValue: SendmailServer.obstacle ?? "")))
  struct ThroughSendmail {
    /// Sendmail changes none of these.
    private static let shapes: [MailShape] = [
      .plain, .eightBit, .emptyBody, .noFinalCRLF, .dots, .oddHeader, .trailingBlankLines,
    ]

    @Test(arguments: MilterSocket.allCases)
    func `internal mail is signed`(_ socket: MilterSocket) async throws {
      try await withMilter(.init(socket: socket)) { _, sendmail in
        for shape in Self.shapes {
          try await expectSigned(try await sendmail.deliver(shape.message), "\(shape)")
        }
      }
    }

    /// Sendmail writes address lists in its own way after the milter has signed them.
    @Test func `signatures survive rewritten lists`() async throws {
      try await withMilter(.init(socket: .tcp)) { _, sendmail in
        let list = (0..<50).map { "recipient-\($0)@elsewhere.test" }.joined(separator: ", ")
        let lines = [
          "From: Alice <alice@ours.test>  ", "To: \(list)", "Cc: \(list)", "Subject: lists", "", "Hello.", "",
        ]
        let mail = try await sendmail.deliver(Array(lines.joined(separator: "\r\n").utf8))
        #expect(mail.bytes.firstRange(of: Array("To: \(list)".utf8)) == nil, "Sendmail has not folded the list")
        try await expectSigned(mail, "rewritten")
      }
    }

    /// There is one field with this host's name, and it is the milter's.
    @Test(arguments: MilterSocket.allCases, SendmailMacros.allCases)
    func `signed mail from outside is verified`(_ socket: MilterSocket, _ macros: SendmailMacros) async throws {
      try await withMilter(.init(socket: socket, lines: macros.lines)) { house, sendmail in
        let results = [
          "mx.ours.test; dkim=pass header.d=bank.test", "mx.elsewhere.test; spf=pass smtp.mailfrom=remote.test",
          "MX.Ours.Test (a comment) 1; dkim=pass header.d=bank.test",
        ]
        let above = results.map { "Authentication-Results: \($0)\r\n" }.joined()
        let mail = try await sendmail.deliver(
          Array(above.utf8) + house.signed(MailText.theirs("forged")), from: "bob@remote.test",
          source: SendmailServer.outsider)
        let values = mail.values("Authentication-Results")
        #expect(values.count == 2 && values.contains(results[1]), "\(values)")
        #expect(mail.ownResults.count == 1 && mail.dkimWords == ["pass"], "\(values)")
        #expect(mail.ownResults.first?.contains("header.d=remote.test") == true, "\(values)")
        #expect(mail.selectors == ["good"])
      }
    }

    /// Sendmail sends macros and command in two packets, and the second waits until the first is acknowledged.
    @Test(arguments: MilterSocket.allCases)
    func `no message waits for delayed acknowledgements`(_ socket: MilterSocket) async throws {
      try await withMilter(.init(socket: socket)) { house, sendmail in
        let name = MailHouse.name("quick")
        let result = try await sendmail.load(name, count: 20)
        #expect(result.accepted.count == 20 && result.refused == [], "\(result.summary)\n\(sendmail.transcript)")
        // A delay takes 40 ms, and a message would have three of them.
        let median = result.percentile(0.5)
        #expect(median < 0.1, "\(result.times)")
        #expect(try await house.collect(name, result).values.allSatisfy { $0.selectors == ["rsa"] })
        print("mail: sendmail, \(socket): 20 messages in \(result.seconds) s, median \(median) s")
      }
    }

    /// With Sendmail's default timeouts, and without F=, which lets mail leave unsigned if the milter does not respond.
    @Test(.enabled(if: hasRedis, "redis-server is not installed: Scripts/install test"))
    func `slow table defers mail`() async throws {
      let house = try MailHouse.here
      let sendmail = try await SendmailServer(house, .init(socket: .tcp, options: ""))
      defer { sendmail.stop() }
      let store = try await startStore(house)
      defer {
        store.process.stop(timeout: .zero)
        house.folder.forget(store.process.id)
      }
      let milter = try await sendmail.startMilter(
        house.standard.adding("KeyTable \(store.keyTable)", "DataSetTimeout 60", "DataSetCacheTTL 0"))
      defer { milter.stop() }
      try await expectSigned(try await sendmail.deliver(MailText.ours("before")), "before")

      store.process.pause()
      let name = MailHouse.name("slow")
      let result = try await sendmail.send(MailText.ours("slow"), to: name)
      store.process.resume()
      #expect(result.reply.hasPrefix("451 4."), "\(result)\n\(milter.log)")
      #expect(result.seconds > 7, "the table was not slow: \(result)")
      print("mail: sendmail: a table that is silent: \(result.reply) after \(result.seconds) s")

      try await expectSigned(try await sendmail.deliver(MailText.ours("after")), "after")
      #expect(try house.sink.count(name) == 0)
      try await eventually("Sendmail's queue is empty") { try sendmail.queued == 0 }
      // This Sendmail does let mail leave unsigned if it gets no response.
      milter.stop()
      #expect(try await sendmail.deliver(MailText.ours("without the milter")).selectors == [])
    }

    @Test(arguments: MilterSocket.allCases)
    func `mail is deferred while the milter is down`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      let sendmail = try await SendmailServer(house, .init(socket: socket))
      defer { sendmail.stop() }
      let first = try await sendmail.startMilter(house.standard)
      defer { first.stop() }
      try await expectSigned(try await sendmail.deliver(MailText.ours("before")), "before")

      first.stop()
      let name = MailHouse.name("down")
      let result = try await sendmail.send(MailText.ours("down"), to: name)
      #expect(result.reply.hasPrefix("451 4."), "\(result)")

      let second = try await sendmail.startMilter(house.standard)
      defer { second.stop() }
      try await expectSigned(try await sendmail.deliver(MailText.ours("after")), "after")
      #expect(try house.sink.count(name) == 0)
      try await eventually("Sendmail's queue is empty") { try sendmail.queued == 0 }
    }

    /// Runs `body` with a Sendmail and the milter of the other tests beside it.
    private func withMilter(
      _ style: SendmailServer.Style, _ body: (MailHouse, SendmailServer) async throws -> Void
    ) async throws {
      let house = try MailHouse.here
      let sendmail = try await SendmailServer(house, style)
      defer { sendmail.stop() }
      let milter = try await sendmail.startMilter(house.standard)
      defer { milter.stop() }
      try await body(house, sendmail)
    }

    /// One signature, of our domain, which all other implementations accept as it arrives.
    private func expectSigned(_ mail: DeliveredMail, _ comment: Comment) async throws {
      let domains = mail.values("DKIM-Signature").compactMap { DeliveredMail.tag("d", of: $0) }
      #expect(domains == ["ours.test"] && mail.selectors == ["rsa"], comment)
      try await MailHouse.here.panel.expectAccepted(mail, comment)
    }

    private static let hasRedis = access("/usr/bin/redis-server", X_OK) == 0

    /// A Redis with the KeyTable.
    private func startStore(_ house: MailHouse) async throws -> (process: ChildProcess, keyTable: String) {
      let port = try FreePort.find()
      let process = try ChildProcess(
        ["redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", house.folder.path],
        log: house.folder.file("redis.log"))
      try house.folder.note(process.id)
      try await eventually("Redis listens", within: .seconds(30)) { FreePort.isListening(port) }
      let row = "ours.test:rsa:\(house.keyFolder)/rsa.private"
      try #require(Spawn.run(["redis-cli", "-p", "\(port)", "SET", "keytable:rsa", row], silently: false) == 0)
      return (process, "redis://127.0.0.1:\(port)/keytable")
    }
  }
}
