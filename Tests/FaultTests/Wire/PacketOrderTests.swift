import Milter
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport
import Testing

extension Faults {
  @Suite("Packets in any order")
  struct PacketOrderTests {
    /// The packets before the word: none, and every stage of a conversation.
    static let beginnings = ["", "O", "OC", "OCM", "OCHMR", "OCMRTL", "OCMRTLN", "OCMRTLNB", "OCMRTLNBE", "OCMRTLNBEA"]

    @Test(arguments: beginnings)
    func `no order of packets ends or stalls the process or another connection`(_ beginning: String) async throws {
      let isDeep = MilterRun.scale > 1 || beginning == "O"
      let words =
        Alphabet.words(1) + Alphabet.words(2) + (isDeep ? Alphabet.words(3).everyNth(MilterRun.scale > 1 ? 1 : 8) : [])
      try await Milter.run { milter in
        let (endings, traffic) = try await Traffic.beside(milter) {
          try await concurrently(words, atOnce: 16) { word in
            try await Attacker.send(Alphabet.bytes(Array(beginning.utf8) + word), to: milter)
          }
        }
        for (word, ending) in zip(words, endings) where ending != .closed {
          Issue.record("\(beginning) \(String(decoding: word, as: UTF8.self)): \(ending)")
        }
        #expect(milter.process.isRunning)
        traffic.expectNormal()
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
      }
    }

    @Test
    func `MAIL before CONNECT, ABORT with nothing open, messages without end: the next message is signed`() async throws
    {
      try await Milter.run { milter in
        for word in [
          "OM", "OA", "OAAAAA", "OCAAMAAMRA", "OMLNE", "OLNE", "OE", "OBE", "OKKK", "OCKCKCKMK", "M", "A", "E",
        ] {
          let ending = try await Attacker.send(Alphabet.bytes(Array(word.utf8)), to: milter)
          #expect(ending == .closed, "\(word)")
          let outcome = try await MailSession.deliver(Mail.outgoing(), to: milter)
          #expect(outcome.isSigned, "after \(word)")
        }
      }
    }

    @Test
    func `connections that are closed at any point leave no resources in use`() async throws {
      try await Milter.run { milter in
        _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
        let before = try await milter.settledDescriptors()
        let words = Self.beginnings.flatMap { beginning in Alphabet.words(1).map { Array(beginning.utf8) + $0 } }
        let (_, traffic) = try await Traffic.beside(milter) {
          try await concurrently(words, atOnce: 16) { word in
            let bytes = Alphabet.bytes(word)
            for count in [bytes.count, bytes.count - 1, bytes.count / 2] {
              try await Attacker.sendAndLeave(Array(bytes.prefix(count)), to: milter)
            }
          }
        }
        traffic.expectNormal()
        try await eventually("all connections are gone", within: .seconds(10)) { milter.descriptors <= before }
      }
    }

    @Test
    func `a client that does not read the replies is not waited for, and costs no memory`() async throws {
      try await Milter.run { milter in
        _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
        milter.forgetPeak()
        let before = milter.peakMemory
        // Every field gets a reply, because no flag that saves replies is offered.
        let offer: [UInt8] = [0, 0, 0, 13, 0x4F, 0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0, 0, 0]
        let fields = Array(repeating: Alphabet.bytes(Array("L".utf8)), count: 500).flatMap { $0 }
        let sockets = (0..<8).compactMap { _ in RawSocket(unix: milter.socket) }
        defer { for socket in sockets { socket.close() } }
        let (_, traffic) = try await Traffic.beside(milter) {
          for socket in sockets { socket.send(offer + Alphabet.bytes(Array("CMRT".utf8))) }
          for _ in 0..<100 {
            for socket in sockets { socket.send(fields) }
            try await Task.sleep(for: .milliseconds(10))
          }
        }
        traffic.expectNormal()
        if MilterRun.measuresMemory { #expect(milter.peakMemory - before < 24 << 20) }
      }
    }
  }
}

extension Array {
  /// Every `n`-th element, beginning at an offset that depends on the seed.
  func everyNth(_ n: Int) -> [Element] {
    let offset = n > 1 ? Int(MilterRun.seed % UInt64(n)) : 0
    return indices.filter { $0 % n == offset }.map { self[$0] }
  }
}
