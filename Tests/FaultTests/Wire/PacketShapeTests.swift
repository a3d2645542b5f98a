import Milter
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport
import Testing

extension Faults {
  @Suite("Packets of any version, length and content")
  struct PacketShapeTests {
    /// The packets of a conversation that precede each packet.
    static let beginnings: [Character: String] = [
      "O": "", "D": "OC", "C": "O", "H": "OC", "M": "OCH", "R": "OCM", "T": "OCMR", "U": "OC", "L": "OCMRT",
      "N": "OCMRTL", "B": "OCMRTLN", "E": "OCMRTLNB", "A": "OCMRTL", "Q": "O", "K": "OC", "Z": "O",
    ]

    private static func beginning(_ letter: UInt8) -> [UInt8] {
      Alphabet.bytes(Array((beginnings[Character(Unicode.Scalar(letter))] ?? "O").utf8))
    }

    private func attack(_ streams: [[UInt8]], _ what: String = "") async throws {
      try await Milter.run { milter in
        let (endings, traffic) = try await Traffic.beside(milter) {
          try await concurrently(streams, atOnce: 16) { try await Attacker.send($0, to: milter) }
        }
        for (number, ending) in endings.enumerated() where ending != .closed {
          let bytes = streams[number].prefix(4000).map { String($0, radix: 16) }
          Issue.record("\(what) \(number): \(ending): \(bytes.joined(separator: " "))")
        }
        traffic.expectNormal()
        #expect(milter.process.isRunning)
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
      }
    }

    @Test
    func `a packet that is cut anywhere, with a matching length`() async throws {
      var streams: [[UInt8]] = []
      for letter in Alphabet.letters {
        let payload = Alphabet.payload(letter)
        for count in 0..<max(payload.count, 1) {
          let frame = MilterFrame(letter: letter, payload: ByteBuffer(bytes: payload.prefix(count)))
          streams.append(Self.beginning(letter) + Alphabet.bytes(frame))
        }
      }
      try await attack(streams)
    }

    @Test
    func `all kinds of versions, actions and protocol flags`() async throws {
      var streams: [[UInt8]] = []
      let numbers: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 7, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
      let rest = Alphabet.bytes(Array("DCHMRTULNBEA".utf8))
      for version in numbers {
        for actions in [0, 0x1FF, 0xFFFF_FFFF] as [UInt32] {
          for options in [0, 0x1F_FFFF, 0x3000_0000, 0xFFFF_FFFF] as [UInt32] {
            var offer = ByteBuffer()
            offer.writeMultipleIntegers(version, actions, options)
            streams.append(Alphabet.bytes(MilterFrame(.negotiate, payload: offer)) + rest)
          }
        }
      }
      try await attack(streams)
    }

    @Test
    func `lengths that are zero, too short, too long, or far too long`() async throws {
      var streams: [[UInt8]] = []
      let limit = UInt32(MilterLimits.standard.packetSize)
      for letter in Alphabet.letters {
        let payload = Alphabet.payload(letter)
        let right = UInt32(payload.count + 1)
        for length in [0, right - 1, limit + 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
          streams.append(Self.beginning(letter) + Self.frame(length, letter, payload))
        }
      }
      try await attack(streams)
    }

    @Test
    func `an announced length reserves no memory, and does not make other connections wait`() async throws {
      try await Milter.run { milter in
        _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
        milter.forgetPeak()
        let before = milter.peakMemory
        let length = UInt32(MilterLimits.standard.packetSize)
        let sockets = (0..<200).compactMap { _ in RawSocket(unix: milter.socket) }
        defer { for socket in sockets { socket.close() } }
        let (_, traffic) = try await Traffic.beside(milter) {
          for socket in sockets {
            socket.send(Self.beginning(UInt8(ascii: "B")) + Self.frame(length, UInt8(ascii: "B"), [1, 2, 3]))
          }
          try await Task.sleep(for: .milliseconds(500))
        }
        traffic.expectNormal()
        // Memory for a message on each connection is allowed, but not the 200 MiB.
        if MilterRun.measuresMemory { #expect(milter.peakMemory - before < 40 << 20) }
      }
    }

    @Test
    func `packets of maximum length, and endless macros`() async throws {
      let size = MilterLimits.standard.packetSize
      var streams: [[UInt8]] = []
      for letter in Alphabet.letters where letter != UInt8(ascii: "Q") {
        for filling in [0, 0x41] as [UInt8] {
          let payload = [UInt8](repeating: filling, count: size - 1)
          streams.append(Self.beginning(letter) + Self.frame(UInt32(size), letter, payload))
        }
      }
      let macros = Self.frame(13, UInt8(ascii: "D"), Array("M{a}\0value\0b\0".utf8.prefix(12)))
      streams.append(Self.beginning(UInt8(ascii: "D")) + (0..<20_000).flatMap { _ in macros })
      try await attack(streams)
    }

    @Test
    func `conversations with errors at random places`() async throws {
      print("seed \(MilterRun.seed): set DKIM_FAULTS_SEED for the same packets")
      var generator = SeededGenerator(seed: MilterRun.seed)
      let streams = (0..<600 * MilterRun.scale).map { _ in Self.spoilt(&generator) }
      try await attack(streams, "seed \(MilterRun.seed),")
    }

    @Test
    func `random bytes`() async throws {
      var generator = SeededGenerator(seed: MilterRun.seed &+ 1)
      let streams = (0..<200 * MilterRun.scale).map { _ in
        let bytes = (0..<generator.below(3000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // The bytes follow a good beginning, and have lengths that make them packets.
        return generator.below(2) == 0
          ? bytes : Alphabet.bytes(Array("OC".utf8)) + Self.frame(UInt32(bytes.count + 1), bytes.first ?? 0, bytes)
      }
      try await attack(streams, "seed \(MilterRun.seed),")
    }

    private static func frame(_ length: UInt32, _ letter: UInt8, _ payload: [UInt8]) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + [letter] + payload
    }

    /// A conversation with errors.
    private static func spoilt(_ generator: inout SeededGenerator) -> [UInt8] {
      var letters = Array("ODCHDMDRRTDLLLNBBEADMRTLNEA".utf8)
      for _ in 0..<generator.below(4) {
        let place = generator.below(letters.count)
        switch generator.below(4) {
        case 0: letters.remove(at: place)
        case 1: letters.insert(Alphabet.letters[generator.below(Alphabet.letters.count)], at: place)
        case 2: letters.swapAt(place, generator.below(letters.count))
        default: letters.insert(letters[place], at: generator.below(letters.count))
        }
      }
      var bytes = Alphabet.bytes(letters)
      for _ in 0..<generator.below(6) {
        // Sometimes the length of the first packet is changed, too.
        let place = generator.below(bytes.count)
        switch generator.below(5) {
        case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
        case 1: bytes[place] = UInt8(generator.below(256))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8(generator.below(256)), at: place)
        default: bytes.removeSubrange(place..<min(place + generator.below(20), bytes.count))
        }
      }
      return bytes
    }
  }
}
