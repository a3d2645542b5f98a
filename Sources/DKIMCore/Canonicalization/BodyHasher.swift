/// The hash of one canonical body, fed chunk by chunk; any chunking gives the same answer.
///
/// One of these serves every signature with the same canonicalization and `l=`.
///
/// `@unchecked Sendable`: a session owns its hashers alone, and a session is not copyable.
final class BodyHasher: @unchecked Sendable {
  /// What a body came to.
  struct Result: Sendable {
    let digest: [UInt8]
    /// Octets of the canonical body, hashed or not.
    let canonicalOctets: UInt64
  }

  let algorithm: CanonicalizationAlgorithm
  /// The `l=` tag.
  let limit: UInt64?
  private var lines: TrailingLines
  private var reducer: WhiteSpaceReducer?

  init(_ algorithm: CanonicalizationAlgorithm, limit: UInt64?) {
    self.algorithm = algorithm
    self.limit = limit
    lines = TrailingLines(limit: limit)
    reducer = algorithm == .relaxed ? WhiteSpaceReducer() : nil
  }

  func update(_ chunk: Span<UInt8>) {
    switch algorithm {
    case .simple: lines.take(chunk)
    case .relaxed: reducer?.update(chunk, into: &lines)
    }
  }

  /// To be called once, behind the last chunk.
  func finish() -> Result {
    reducer?.finish(into: &lines)
    let digest = lines.finish(emptyIsLine: algorithm == .simple)
    return Result(digest: digest, canonicalOctets: lines.canonicalOctets)
  }
}
