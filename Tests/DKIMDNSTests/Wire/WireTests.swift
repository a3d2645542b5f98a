import Glibc
import TestSupport
import Testing

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("Wire format")
  struct WireTests {
    @Test
    func `names from text and from the wire`() throws {
      #expect(WireName("A.bc")?.bytes == [1, 0x61, 2, 0x62, 0x63, 0])
      let upper: [UInt8] = [1, 0x41, 0]
      let lower = WireName(upper.span)
      #expect(lower?.bytes == [1, 0x61, 0])
      let wrong: [[UInt8]] = [
        [], [1], [1, 0x61], [0, 0], [64] + Array(repeating: 0x61, count: 64) + [0], [0xC0, 0],
      ]
      for bytes in wrong {
        let name = WireName(bytes.span)
        #expect(name == nil, "\(bytes)")
      }
      let label: [UInt8] = [63] + Array(repeating: 0x61, count: 63)
      let long: [UInt8] = label + label + label + label + [0]
      let tooLong = WireName(long.span)
      #expect(tooLong == nil)
    }

    @Test
    func `a name is within itself, its parents and the root`() throws {
      let name = try #require(WireName("a.b.example"))
      let zero: [UInt8] = [0]
      let root = WireName(zero.span)
      #expect(name.isEqualToOrSubdomain(of: name))
      #expect(name.isEqualToOrSubdomain(of: try #require(WireName("example"))))
      #expect(name.isEqualToOrSubdomain(of: try #require(root)))
      #expect(!name.isEqualToOrSubdomain(of: try #require(WireName("xample"))))
      #expect(!name.isEqualToOrSubdomain(of: try #require(WireName("c.b.example"))))
      let parent = try #require(WireName("example"))
      #expect(!parent.isEqualToOrSubdomain(of: name))
    }

    /// Responses of many kinds, to be corrupted.
    static func samples(_ query: Query) -> [[UInt8]] {
      func message(_ flags: UInt16, _ answers: [Message.Record], _ authorities: [Message.Record] = []) -> [UInt8] {
        Message(
          id: query.id, flags: flags, question: query.question, answers: answers, authorities: authorities,
          additionals: [.extendedError(6)]
        ).bytes
      }
      let soa = Message.Record.soa("example", ttl: 60, minimum: 60)
      var compressed = message(0x8180, [])
      compressed[7] = 1
      compressed[11] = 0
      compressed.removeLast(17)
      compressed += [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 3, 2, 0x68, 0x69]
      return [
        message(0x8180, [.txt("s0.example", ["v=DKIM1;", "p=AAAA"]), .txt("s0.example", ["x"])]),
        message(0x81A0, DNSTests.AliasTests.chain(4).map { $0 }, [soa]), message(0x8183, [], [soa]),
        message(0x8182, []),
        compressed,
      ]
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `corrupted responses never do harm`(_ seed: UInt64) throws {
      var random = SeededGenerator(seed: seed)
      let name = try #require(WireName("s0.example"))
      let query = try #require(Query(name: name, id: 7, extended: true))
      var kinds: Set<Substring> = []
      for _ in 0..<4000 {
        var bytes = Self.samples(query).randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          let place = Int.random(in: 2..<bytes.count, using: &random)
          switch Int.random(in: 0..<5, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes[place] = [0, 0xC0, 0xFF, 0x3F, 12].randomElement(using: &random) ?? 0
          case 2: bytes.removeSubrange(place...)
          case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
          default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          }
          if bytes.count < 3 { break }
        }
        let fit = MessageHead.fit(bytes.span, to: query)
        var chain = AliasChain(name)
        let reply = ReplyReader.read(bytes.span, chain: &chain)
        #expect(chain.names.count <= AliasChain.limit + 1)
        kinds.insert("\(fit)".prefix(6) + "\(reply)".prefix(12) as Substring)
      }
      #expect(kinds.count > 8, "seed \(seed): \(kinds)")
    }

    /// The maximum average number of bytes that a message may leak; a packet of ldns has more than 500.
    static let leakLimit = 200

    @Test(.enabled(if: getenv("ASAN_OPTIONS") == nil, "the address sanitizer keeps memory that was freed"))
    func `ldns's memory is freed, whether or not the bytes are a valid response`() throws {
      let name = try #require(WireName("s0.example"))
      let query = try #require(Query(name: name, id: 7, extended: true))
      let samples = Self.samples(query)
      let cut = samples.map { Array($0.dropLast(3)) }
      func read(_ rounds: Int) {
        for _ in 0..<rounds {
          for bytes in samples + cut {
            var chain = AliasChain(name)
            _ = ReplyReader.read(bytes.span, chain: &chain)
          }
          _ = Query(name: name, id: 8, extended: true)
        }
      }
      read(300)
      let before = try DNSTests.LeakTests.residentMemory()
      let rounds = 2000
      read(rounds)
      let growth = try DNSTests.LeakTests.residentMemory() - before
      #expect(growth * 1024 / (rounds * 11) < Self.leakLimit)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `random bytes`(_ seed: UInt64) throws {
      var random = SeededGenerator(seed: seed)
      let name = try #require(WireName("s0.example"))
      var refused = 0
      for _ in 0..<2000 {
        let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        var chain = AliasChain(name)
        switch ReplyReader.read(bytes.span, chain: &chain) {
        case .failure, .truncated: refused += 1
        default: break
        }
      }
      #expect(refused > 1000)
    }
  }
}
