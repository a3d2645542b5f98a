/// A converter of every bare CR and bare LF to CRLF, for text that arrives in chunks. (`FixCRLF`)
struct LineEndingNormalizer: Sendable {
  private static let (cr, lf) = (UInt8(0x0D), UInt8(0x0A))
  /// The last chunk ended with a CR, and its LF may follow.
  private var heldCR = false

  mutating func normalize(_ chunk: Span<UInt8>) -> [UInt8] {
    var normalized: [UInt8] = []
    normalized.reserveCapacity(chunk.count + 64)
    for i in chunk.indices {
      let byte = chunk[i]
      if heldCR || byte == Self.lf {
        normalized.append(Self.cr)
        normalized.append(Self.lf)
        heldCR = byte == Self.cr
        if byte != Self.lf, byte != Self.cr { normalized.append(byte) }
      } else if byte == Self.cr {
        heldCR = true
      } else {
        normalized.append(byte)
      }
    }
    return normalized
  }

  /// Returns what was held back at the end.
  mutating func finish() -> [UInt8] {
    defer { heldCR = false }
    return heldCR ? [Self.cr, Self.lf] : []
  }
}
