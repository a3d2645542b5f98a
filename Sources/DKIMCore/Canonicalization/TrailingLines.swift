/// The end of the body pipeline: holds back the empty lines at the end of the body and hashes the rest.
///
/// On its own this is the simple body canonicalization; behind ``WhiteSpaceReducer`` the relaxed one.
/// // RFC 6376 §3.4.3
struct TrailingLines: ~Copyable {
  private var digest: Digest
  /// The `l=` tag: how many canonical octets are hashed; all of them where it is `nil`.
  private let limit: UInt64?
  /// Canonical octets so far, hashed or not.
  private(set) var canonicalOctets: UInt64 = 0
  /// CRLFs that are part of the body only if something follows.
  private var heldLines = 0
  /// A CR whose LF may still come.
  private var heldCR = false

  /// - Parameter keptLimit: how many of the hashed octets are kept; none where it is `nil`.
  init(limit: UInt64?, keeping keptLimit: Int? = nil) {
    self.limit = limit
    digest = Digest(keeping: keptLimit)
  }

  /// The beginning of what was hashed.
  var kept: KeptOctets? { digest.kept }

  /// Takes the next octets, any number of them.
  mutating func take(_ octets: Span<UInt8>) {
    var start = 0
    while start < octets.count, heldCR || heldLines > 0 {
      if heldCR, octets[start] == Octets.lf {
        heldCR = false
        heldLines += 1
        start += 1
      } else if !heldCR, octets[start] == Octets.cr {
        heldCR = true
        start += 1
      } else {
        release()
      }
    }
    guard start < octets.count else { return }
    var end = octets.count
    if octets[end - 1] == Octets.cr {
      heldCR = true
      end -= 1
    }
    while end - start >= 2, octets[end - 1] == Octets.lf, octets[end - 2] == Octets.cr {
      end -= 2
      heldLines += 1
    }
    hash(octets.extracting(start..<end))
  }

  /// Ends the body. Empty lines at the end are dropped; the last line gets its CRLF.
  /// - Parameter emptyIsLine: an empty body counts as one CRLF (simple), or as nothing (relaxed).
  mutating func finish(emptyIsLine: Bool) -> [UInt8] {
    if heldCR { release() }
    if canonicalOctets > 0 || emptyIsLine { hash(Self.emptyLines.span.extracting(first: 2)) }
    return digest.finalize()
  }

  /// What was held back turned out to have something behind it.
  private mutating func release() {
    while heldLines > 0 {
      let lines = min(heldLines, Self.emptyLines.count / 2)
      hash(Self.emptyLines.span.extracting(first: 2 * lines))
      heldLines -= lines
    }
    if heldCR {
      heldCR = false
      hash(Self.emptyLines.span.extracting(first: 1))
    }
  }

  private mutating func hash(_ octets: Span<UInt8>) {
    guard !octets.isEmpty else { return }
    if let limit {
      let room = limit > canonicalOctets ? limit - canonicalOctets : 0
      digest.update(octets.extracting(first: Int(clamping: min(room, UInt64(octets.count)))))
    } else {
      digest.update(octets)
    }
    canonicalOctets += UInt64(octets.count)
  }

  private static let emptyLines: [UInt8] = (0..<1024).map { $0 & 1 == 0 ? Octets.cr : Octets.lf }
}
