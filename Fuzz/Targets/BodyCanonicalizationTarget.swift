@testable import DKIMCore

/// Compares both body canonicalizers with the naive ones: for whole bodies and in chunks, with and without `l=`.
///
/// The first four bytes determine how the body is made from the rest, how it is split, and `l=`.
enum BodyCanonicalizationTarget {
  private static let headLength = 4
  private static let longest = 24_576

  static func run(_ input: [UInt8]) {
    guard input.count >= headLength else { return }
    let body = body(style: input[0], Array(input[headLength...]))
    checkDefects(body, seed: input[1])
    for algorithm in CanonicalizationAlgorithm.allCases {
      let canonical = Naive.body(body, algorithm)
      let limits = [nil, nil, UInt64(input[2]) << 8 | UInt64(input[3]), UInt64(canonical.count)]
      let limit = limits[Int(input[0] >> 6)]
      let expected = digest(canonical, limit)
      for seed in [0, input[1]] {
        let found = hash(body, algorithm, limit, seed: seed)
        require(
          found.canonicalBytes == UInt64(canonical.count),
          "\(algorithm), pieces \(seed): \(found.canonicalBytes) bytes, not \(canonical.count)")
        require(found.digest == expected, "\(algorithm), pieces \(seed), l=\(limit ?? .max): another hash")
      }
    }
  }

  private static func checkDefects(_ body: [UInt8], seed: UInt8) {
    var expected: MessageDefects = body.contains(0) ? .nul : []
    for i in body.indices {
      if body[i] == 0x0D, !Naive.isCRLF(body, i) { expected.insert(.bareCR) }
      if body[i] == 0x0A, i == 0 || body[i - 1] != 0x0D { expected.insert(.bareLF) }
    }
    var finder = MessageDefectFinder()
    Chunks.forEach(of: body, seed: seed) { finder.update($0) }
    let found = finder.finish()
    require(found == expected, "pieces \(seed): defects \(found.rawValue), not \(expected.rawValue)")
  }

  private static func hash(
    _ body: [UInt8], _ algorithm: CanonicalizationAlgorithm, _ limit: UInt64?, seed: UInt8
  ) -> BodyHasher.Result {
    let hasher = BodyHasher(algorithm, limit: limit)
    Chunks.forEach(of: body, seed: seed) { hasher.update($0) }
    return hasher.finish()
  }

  private static func digest(_ bytes: [UInt8], _ limit: UInt64?) -> [UInt8] {
    var digest = Digest()
    digest.update(bytes.span.extracting(first: Int(clamping: min(limit ?? .max, UInt64(bytes.count)))))
    return digest.finalize()
  }

  /// Makes long bodies from short inputs, so that blocks and buffers fill up.
  private static func body(style: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    switch style & 3 {
    case 0: body = bytes
    // Repeat each byte as often as the next byte specifies.
    case 1:
      for i in stride(from: 0, to: bytes.count - 1, by: 2) where body.count < longest {
        let count = Int(bytes[i + 1])
        body += [UInt8](repeating: bytes[i], count: count < 200 ? count : (count - 199) * 300)
      }
    // Repeat the whole input.
    case 2:
      for _ in 0...Int(style >> 2 & 15) where body.count + bytes.count <= longest { body += bytes }
    // Two parts, with the second one repeated.
    default:
      body += bytes.prefix(bytes.count / 2)
      let piece = bytes.suffix(bytes.count - bytes.count / 2)
      for _ in 0...Int(style >> 2 & 15) * 8 where body.count + piece.count <= longest { body += piece }
    }
    return Array(body.prefix(longest))
  }
}
