import DKIMCore
import Testing
import TestSupport

/// Tests of the generator: it makes all shapes, and the same seed gives the same messages.
@Suite struct GeneratorTests {
  private static let seeds: ClosedRange<UInt64> = 1...400

  @Test func `every shape of messages`() {
    var shapes: Set<Shape> = []
    for seed in Self.seeds {
      var generator = MessageGenerator(SeededGenerator(seed: seed), avoiding: [])
      shapes.formUnion(generator.message().shapes)
    }
    for seed in Self.seeds {
      var random = SeededGenerator(seed: seed)
      shapes.formUnion(SignaturePlan.draw(&random, role: .signs, avoiding: []).shapes)
    }
    #expect(Set(Shape.allCases).subtracting(shapes) == [.severalSignatures])
  }

  @Test func `same seed same message`() {
    for seed in Self.seeds {
      var a = MessageGenerator(SeededGenerator(seed: seed), avoiding: [])
      var b = MessageGenerator(SeededGenerator(seed: seed), avoiding: [])
      #expect(a.message().bytes == b.message().bytes)
    }
  }

  @Test func `generated messages avoid the excluded shapes`() {
    for shape in Shape.allCases {
      for seed in Self.seeds.prefix(40) {
        var generator = MessageGenerator(SeededGenerator(seed: seed), avoiding: [shape])
        #expect(!generator.message().shapes.contains(shape))
      }
    }
  }

  /// There is exactly one From, and the header ends at the right place.
  @Test func `messages are read as they were made`() {
    for seed in Self.seeds {
      var generator = MessageGenerator(SeededGenerator(seed: seed), avoiding: [])
      let message = generator.message()
      let header = ParsedMessage(message.bytes).header
      #expect(header.count == message.names.count)
      #expect(header.positions(of: .from).count == 1)
    }
  }

  @Test(.enabled(if: Run.requiresPeers, "DKIM_INTEROP_REQUIRED is not set"), arguments: PeerKind.allCases)
  func `peer is installed`(_ peer: PeerKind) {
    #expect(peer.isInstalled)
  }
}
