/// Turns every CR and LF that stands alone into a line end; the octets come in pieces. (`FixCRLF`)
struct LineEndMender: Sendable {
  private static let (cr, lf) = (UInt8(0x0D), UInt8(0x0A))
  /// A CR whose LF may still come.
  private var heldCR = false

  mutating func mend(_ chunk: Span<UInt8>) -> [UInt8] {
    var mended: [UInt8] = []
    mended.reserveCapacity(chunk.count + 64)
    for i in chunk.indices {
      let octet = chunk[i]
      if heldCR || octet == Self.lf {
        mended.append(Self.cr)
        mended.append(Self.lf)
        heldCR = octet == Self.cr
        if octet != Self.lf, octet != Self.cr { mended.append(octet) }
      } else if octet == Self.cr {
        heldCR = true
      } else {
        mended.append(octet)
      }
    }
    return mended
  }

  /// What was held back at the end.
  mutating func finish() -> [UInt8] {
    defer { heldCR = false }
    return heldCR ? [Self.cr, Self.lf] : []
  }
}
