/// Detection of encodings that are not usable as Ed25519 public keys.
enum Ed25519Point {
  /// Returns true if the 32 bytes are the canonical encoding of a point that is not of small order, as far as this can
  /// be determined without arithmetic on the curve: y is below 2^255 - 19 and is not one of the five values that points
  /// of small order have. // RFC 8032 §5.1.3
  static func isCanonicalAndNotSmallOrder(_ bytes: Span<UInt8>) -> Bool {
    var words: [UInt64] = []
    for start in stride(from: 0, to: 32, by: 8) {
      words.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
    // The top bit is the sign of x.
    words[3] &= .max >> 1
    let isReduced =
      words[3] != .max >> 1 || words[2] != .max || words[1] != .max || words[0] < .max - 18
    return isReduced && !smallOrder.contains(words)
  }

  /// The y coordinates of the points of order 1, 2, 4 and 8, least significant word first.
  private static let smallOrder: [[UInt64]] = [
    [0x0, 0x0, 0x0, 0x0],
    [0x1, 0x0, 0x0, 0x0],
    [0xB027B2C28F95E826, 0xF098EFF289F4C345, 0x3933C6D305ACDFD5, 0x5FC536D880238B1],
    [0x4FD84D3D706A17C7, 0xF67100D760B3CBA, 0xC6CC392CFA53202A, 0x7A03AC9277FDC74E],
    [0xFFFFFFFFFFFFFFEC, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF],
  ]
}
