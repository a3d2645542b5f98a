/// Hashes one canonical body in chunks; the result does not depend on how the body is split.
///
/// A single hasher serves all signatures with the same canonicalization and `l=`.
///
/// `@unchecked Sendable`: a session is the only owner of its hashers, and sessions are not copyable.
final class BodyHasher: @unchecked Sendable {
  /// The hash and length of a body.
  struct Result: Sendable {
    let digest: [UInt8]
    /// The length of the canonical body in bytes, whether hashed or not.
    let canonicalBytes: UInt64
    /// The beginning of the hashed data, if it was kept.
    let kept: KeptBytes?
  }

  let algorithm: CanonicalizationAlgorithm
  /// The `l=` tag.
  let limit: UInt64?
  private var lines: TrailingLines
  private var reducer: WhiteSpaceReducer?

  /// - Parameter keptLimit: the maximum number of hashed bytes to keep; `nil` keeps none.
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

  /// Ends the body and returns its hash. Must be called exactly once, after the last chunk.
  func finish() -> Result {
    reducer?.finish(into: &lines)
    let digest = lines.finish(emptyIsLine: algorithm == .simple)
    return Result(digest: digest, canonicalBytes: lines.canonicalBytes, kept: lines.kept)
  }
}
