/// The last stage of the body pipeline: holds back empty lines at the end of the body and hashes the rest.
///
/// On its own this is the simple body canonicalization; after ``WhiteSpaceReducer`` it is the relaxed one.
/// // RFC 6376 §3.4.3
struct TrailingLines: ~Copyable {
  private var digest: Digest
  /// The `l=` tag: the number of canonical bytes to hash; `nil` hashes all of them.
  private let limit: UInt64?
  /// The number of canonical bytes so far, whether hashed or not.
  private(set) var canonicalBytes: UInt64 = 0
  /// The number of CRLFs that are part of the body only if more data follows.
  private var heldLines = 0
  /// True if the last byte was a CR whose LF may follow in the next chunk.
  private var heldCR = false

  /// - Parameter keptLimit: the maximum number of hashed bytes to keep; `nil` keeps none.
  init(limit: UInt64?, keeping keptLimit: Int? = nil) {
    self.limit = limit
    digest = Digest(keeping: keptLimit)
  }

  /// The beginning of the hashed data.
  var kept: KeptBytes? { digest.kept }

  /// Processes the next bytes, in chunks of any size.
  mutating func take(_ bytes: Span<UInt8>) {
    var start = 0
    while start < bytes.count, heldCR || heldLines > 0 {
      if heldCR, bytes[start] == Bytes.lf {
        heldCR = false
        heldLines += 1
        start += 1
      } else if !heldCR, bytes[start] == Bytes.cr {
        heldCR = true
        start += 1
      } else {
        release()
      }
    }
    guard start < bytes.count else { return }
    var end = bytes.count
    if bytes[end - 1] == Bytes.cr {
      heldCR = true
      end -= 1
    }
    while end - start >= 2, bytes[end - 1] == Bytes.lf, bytes[end - 2] == Bytes.cr {
      end -= 2
      heldLines += 1
    }
    hash(bytes.extracting(start..<end))
  }

  /// Ends the body and returns its hash. Empty lines at the end are dropped; the last line gets its CRLF.
  /// - Parameter emptyIsLine: true if an empty body counts as one CRLF (simple), false if as nothing (relaxed).
  mutating func finish(emptyIsLine: Bool) -> [UInt8] {
    if heldCR { release() }
    if canonicalBytes > 0 || emptyIsLine { hash(Self.emptyLines.span.extracting(first: 2)) }
    return digest.finalize()
  }

  /// Hashes the bytes that were held back, because more data follows them.
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

  private mutating func hash(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    if let limit {
      let room = limit > canonicalBytes ? limit - canonicalBytes : 0
      digest.update(bytes.extracting(first: Int(clamping: min(room, UInt64(bytes.count)))))
    } else {
      digest.update(bytes)
    }
    canonicalBytes += UInt64(bytes.count)
  }

  private static let emptyLines: [UInt8] = (0..<1024).map { $0 & 1 == 0 ? Bytes.cr : Bytes.lf }
}
