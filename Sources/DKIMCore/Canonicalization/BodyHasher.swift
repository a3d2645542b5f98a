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
    /// The beginning of what was hashed, where that was asked for.
    let kept: KeptOctets?
  }

  let algorithm: CanonicalizationAlgorithm
  /// The `l=` tag.
  let limit: UInt64?
  private var lines: TrailingLines
  private var reducer: WhiteSpaceReducer?

  /// - Parameter keptLimit: how many of the hashed octets are kept; none where it is `nil`.
  init(_ algorithm: CanonicalizationAlgorithm, limit: UInt64?, keeping keptLimit: Int? = nil) {
    self.algorithm = algorithm
    self.limit = limit
    lines = TrailingLines(limit: limit, keeping: keptLimit)
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
    return Result(digest: digest, canonicalOctets: lines.canonicalOctets, kept: lines.kept)
  }
}
