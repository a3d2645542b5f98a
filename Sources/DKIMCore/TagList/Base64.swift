/// Base64 according to the DKIM grammar: folding white space is allowed anywhere, padding is optional, and all other
/// characters are errors.
/// // RFC 6376 §2.10 ("base64string")
package enum Base64 {
  /// Returns the decoded bytes, or `nil` if a character is outside the alphabet, data follows the padding, or the last
  /// group is too short to encode a byte.
  package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    var isValid = true
    // Three bytes for four digits, and at most two for the rest.
    let decoded = [UInt8](capacity: text.count / 4 * 3 + 2) { output in
      isValid = decode(text, into: &output)
    }
    return isValid ? decoded : nil
  }

  private static func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
    let values = values.span
    var bits: UInt32 = 0
    var digits = 0
    var i = 0
    while i < text.count, text[i] != UInt8(ascii: "=") {
      if digits & 3 == 0, let group = group(text, at: i, values) {
        append(group, to: &output)
        digits &+= 4
        i &+= 4
        continue
      }
      let value = values[Int(text[i])]
      i &+= 1
      if value < 64 {
        bits = bits << 6 | UInt32(value)
        digits &+= 1
        if digits & 3 == 0 { append(bits, to: &output) }
      } else if value == invalid {
        return false
      }
    }
    if digits & 3 == 2 {
      output.append(UInt8(truncatingIfNeeded: bits >> 4))
    } else if digits & 3 == 3 {
      output.append(UInt8(truncatingIfNeeded: bits >> 10))
      output.append(UInt8(truncatingIfNeeded: bits >> 2))
    }
    return padding(text.extracting(i..<text.count), digits: digits)
  }

  /// Returns four consecutive digits as 24 bits.
  @inline(__always)
  private static func group(_ text: Span<UInt8>, at i: Int, _ values: Span<UInt8>) -> UInt32? {
    guard i &+ 4 <= text.count else { return nil }
    let (a, b) = (values[Int(text[i])], values[Int(text[i &+ 1])])
    let (c, d) = (values[Int(text[i &+ 2])], values[Int(text[i &+ 3])])
    guard a | b | c | d < 64 else { return nil }
    return UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
  }

  @inline(__always)
  private static func append(_ bits: UInt32, to output: inout OutputSpan<UInt8>) {
    output.append(UInt8(truncatingIfNeeded: bits >> 16))
    output.append(UInt8(truncatingIfNeeded: bits >> 8))
    output.append(UInt8(truncatingIfNeeded: bits))
  }

  /// Returns base64 text without white space, with padding.
  static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: encodedBytes(bytes), as: UTF8.self)
  }

  /// Returns base64 text as bytes, without white space, with padding.
  package static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var i = 0
    while i < bytes.count {
      let a = bytes[i]
      let b = i + 1 < bytes.count ? bytes[i + 1] : 0
      let c = i + 2 < bytes.count ? bytes[i + 2] : 0
      output.append(digit(a >> 2))
      output.append(digit((a & 3) << 4 | b >> 4))
      output.append(i + 1 < bytes.count ? digit((b & 15) << 2 | c >> 6) : UInt8(ascii: "="))
      output.append(i + 2 < bytes.count ? digit(c & 63) : UInt8(ascii: "="))
      i += 3
    }
    return output
  }

  /// Returns true if the rest is empty or exactly the padding that completes the last group.
  private static func padding(_ rest: Span<UInt8>, digits: Int) -> Bool {
    guard digits & 3 != 1 else { return false }
    var signs = 0
    for i in rest.indices {
      if rest[i] == UInt8(ascii: "=") {
        signs += 1
      } else if !ASCII.isFWS(rest[i]) {
        return false
      }
    }
    return signs == 0 || signs == (4 - digits & 3) & 3
  }

  private static let invalid: UInt8 = 255
  private static let blank: UInt8 = 254

  /// For each byte, the value of the digit, or ``blank``, or ``invalid``.
  private static let values: [UInt8] = (0...255).map { value(of: $0) }

  private static func value(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &+ 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case Bytes.space, Bytes.tab, Bytes.cr, Bytes.lf: blank
    default: invalid
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: value + 65
    case 26..<52: value + 71
    case 52..<62: value - 4
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
