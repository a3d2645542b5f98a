import Glibc
import Milter
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport
import Testing

extension Faults {
  @Suite("Shutdown")
  struct ShutdownTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func `after SIGTERM under load, every message in progress gets a response`(_ signal: CInt) async throws {
      try await Milter.run { milter in
        let tally = try await withThrowingTaskGroup(of: Senders.Tally.self) { group in
          for _ in 0..<20 { group.addTask { try await Senders.send(to: milter) } }
          try await Task.sleep(for: .milliseconds(700))
          milter.process.signal(signal)
          return try await group.reduce(into: Senders.Tally()) { $0.add($1) }
        }
        #expect(tally.signed > 20)
        #expect(tally.unsigned == 0)
        #expect(tally.unanswered == 0, "messages that were begun before the end have an answer")
        #expect(try await milter.process.end(within: .seconds(10)) == 0)
        #expect(access(milter.socket, F_OK) != 0)
      }
    }

    @Test
    func `messages that wait for DNS get their verdict before the end of the process`() async throws {
      let record = Mail.record(Mail.theirKey)
      let server = try await ScriptedServer.start { [.pause(milliseconds: 1500), .send($0.text(record))] }
      var setup = MilterSetup()
      setup.nameServer = server.server
      try await Milter.run(setup) { milter in
        let messages = try (0..<50).map { try Mail.signed("slow", "n\($0).example.com", $0) }
        async let outcomes = concurrently(messages, atOnce: 50) {
          try await MailSession.deliver($0, to: milter, from: MailSession.outside)
        }
        try await eventually("the queries are sent", within: .seconds(5)) { server.requests.count >= 50 }
        milter.process.signal(SIGTERM)
        for outcome in try await outcomes { #expect(outcome.words == ["pass"]) }
        let status = try await milter.process.end(within: .seconds(5))
        #expect(status == 0)
      }
      await server.stop()
    }

    @Test
    func `a message of a slow MTA is waited for until ShutdownTimeout, and no new one is begun`() async throws {
      try await Milter.run(MilterSetup("ShutdownTimeout 4")) { milter in
        let finishing = try await MailSession.open(milter)
        let stuck = try await MailSession.open(milter)
        let idle = try await MailSession.open(milter)
        for session in [finishing, stuck] {
          for letter in "MRTLN" { try await session.peer.send(Alphabet.frame(letter.asciiValue ?? 0)) }
        }
        try await Task.sleep(for: .milliseconds(100))
        milter.process.signal(SIGTERM)
        let start = ContinuousClock.now
        #expect(try await idle.peer.nextFrame(within: .seconds(1)) == nil, "an idle connection is closed immediately")
        try await Task.sleep(for: .milliseconds(300))
        #expect(RawSocket(unix: milter.socket) == nil)
        for letter in "BE" { try await finishing.peer.send(Alphabet.frame(letter.asciiValue ?? 0)) }
        var letters = ""
        while let frame = try await finishing.peer.nextFrame() {
          letters.unicodeScalars.append(Unicode.Scalar(frame.letter))
        }
        #expect(letters.hasSuffix("a") && letters.contains("i"), "\(letters)")
        #expect(try await milter.process.end(within: .seconds(8)) == 0)
        #expect(ContinuousClock.now - start > .seconds(3.5))
        for session in [finishing, stuck, idle] { try await session.peer.close() }
      }
    }

    @Test
    func `with idle connections, shutdown takes less than a second`() async throws {
      try await Milter.run { milter in
        _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
        let sockets = (0..<200).compactMap { _ in RawSocket(unix: milter.socket) }
        defer { for socket in sockets { socket.close() } }
        for socket in sockets.prefix(100) { socket.send(Alphabet.bytes(Array("OC".utf8))) }
        try await Task.sleep(for: .milliseconds(200))
        let start = ContinuousClock.now
        milter.process.signal(SIGTERM)
        #expect(try await milter.process.end(within: .seconds(10)) == 0)
        #expect(ContinuousClock.now - start < .seconds(1))
      }
    }
  }

  /// MTAs that send one message after another until the milter refuses.
  private enum Senders {
    struct Tally: Sendable {
      var signed = 0
      var unsigned = 0
      /// Messages that the milter had begun to process and that got no verdict.
      var unanswered = 0

      mutating func add(_ other: Tally) {
        signed += other.signed
        unsigned += other.unsigned
        unanswered += other.unanswered
      }
    }

    private static let envelope = bytes("MRT")
    private static let header = bytes("LN")
    private static let rest: [UInt8] = {
      let piece = MilterFrame(.body, payload: ByteBuffer(bytes: Mail.text(60_000)))
      return repeatElement(Alphabet.bytes(piece), count: 4).flatMap { $0 } + bytes("E")
    }()

    private static func bytes(_ letters: String) -> [UInt8] { Alphabet.bytes(Array(letters.utf8)) }

    static func send(to milter: Milter) async throws -> Tally {
      var tally = Tally()
      guard let session = try? await MailSession.open(milter) else { return tally }
      let peer = session.peer
      // A connection that is closed before the response to DATA counts as not begun.
      while try await answer(to: envelope, peer) == "c" {
        guard try await answer(to: header, peer) == "c" else {
          tally.unanswered += 1
          break
        }
        let end = try await answer(to: rest, peer)
        if end.hasSuffix("a") {
          if end.contains("i") { tally.signed += 1 } else { tally.unsigned += 1 }
        } else {
          tally.unanswered += 1
        }
        if end.isEmpty { break }
      }
      try? await peer.close()
      return tally
    }

    /// Returns the letters of the packets up to the verdict, or up to the end of the connection, without the responses
    /// to parts of the body.
    private static func answer(to bytes: [UInt8], _ peer: MilterPeer) async throws -> String {
      try? await peer.send(ByteBuffer(bytes: bytes))
      var letters = ""
      var pieces = bytes.count == rest.count ? 4 : 0
      while let frame = try await peer.nextFrame() {
        if pieces > 0, frame.letter == MilterReplyLetter.continue.rawValue {
          pieces -= 1
          continue
        }
        letters.unicodeScalars.append(Unicode.Scalar(frame.letter))
        if MilterReplyLetter(rawValue: frame.letter)?.isVerdict != false { break }
      }
      return letters
    }
  }
}
