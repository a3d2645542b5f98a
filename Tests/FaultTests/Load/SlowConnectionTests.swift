import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Many connections")
  struct SlowConnectionTests {
    @Test
    func `with 500 slow and 2,000 idle connections, normal mail takes less than a second, and they cost little`()
      async throws
    {
      try #require(RawSocket.raiseLimit() > 3000, "this test needs 3,000 descriptors (ulimit -Hn)")
      try await Milter.run { milter in
        _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
        let before = (descriptors: try await milter.settledDescriptors(), memory: milter.residentMemory)
        let idle = try await Self.connect(2000, to: milter)
        // Half of the connections have begun a conversation.
        for socket in idle.prefix(1000) { socket.send(Alphabet.bytes(Array("OC".utf8))) }
        let slow = try await Self.connect(500, to: milter)
        let (_, traffic) = try await Traffic.beside(milter, pause: .milliseconds(5), minimum: 100 * MilterRun.scale) {
          try await Self.drip(slow, rounds: 60 * MilterRun.scale)
        }
        traffic.expectNormal()
        traffic.report("beside 500 slow and 2,000 idle connections")
        #expect(milter.descriptors >= before.descriptors + 2500, "\(milter.log.suffix(2000))")
        if MilterRun.measuresMemory { #expect(milter.residentMemory - before.memory < 96 << 20) }
        let work = milter.processorTime
        try await Task.sleep(for: .seconds(1))
        #expect(milter.processorTime - work < 0.3)
        for socket in idle + slow { socket.close() }
        try await eventually("all connections are gone", within: .seconds(20)) {
          milter.descriptors <= before.descriptors
        }
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
      }
    }

    @Test
    func `a message that arrives a few bytes at a time is processed normally`() async throws {
      try await Milter.run { milter in
        let session = try await MailSession.open(milter)
        let message = Mail.outgoing(1, body: Mail.text(100))
        let bytes = Alphabet.bytes(Array("OCMRTLN".utf8)) + Alphabet.bytes(Array("BE".utf8))
        let socket = try #require(RawSocket(unix: milter.socket))
        defer { socket.close() }
        for byte in bytes {
          socket.send([byte])
          try await Task.sleep(for: .milliseconds(1))
        }
        var answer: [UInt8] = []
        try await eventually("the verdict: \(milter.log)", within: .seconds(10)) {
          answer += socket.receive() ?? []
          return answer.last == UInt8(ascii: "a")
        }
        #expect(String(decoding: answer, as: UTF8.self).contains("DKIM-Signature"))
        #expect(try await session.deliver(message).isSigned)
        try await session.quit()
      }
    }

    private static func connect(_ count: Int, to milter: Milter) async throws -> [RawSocket] {
      var sockets: [RawSocket] = []
      try await eventually("\(count) connections", within: .seconds(20)) {
        while sockets.count < count, let socket = RawSocket(unix: milter.socket) { sockets.append(socket) }
        return sockets.count == count
      }
      return sockets
    }

    /// Repeatedly sends two bytes of a message on each connection.
    private static func drip(_ sockets: [RawSocket], rounds: Int) async throws {
      let bytes = Alphabet.bytes(Array("ODCDHDMDRDTLLLLN".utf8))
      for round in 0..<rounds {
        let place = 2 * round % (bytes.count - 1)
        // After the end of the conversation, nothing is sent.
        if 2 * round < bytes.count - 1 {
          for socket in sockets { socket.send(Array(bytes[place..<(place + 2)])) }
        }
        try await Task.sleep(for: .milliseconds(30))
      }
    }
  }
}
