/// Bytes written as `=` and two hexadecimal digits.
enum EqualsSignEncoding {
  /// Decodes every `=XX`; any other `=` is kept unchanged.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var next = bytes.startIndex
    while next < bytes.endIndex {
      if bytes[next] == UInt8(ascii: "="), bytes.endIndex - next > 2, let high = digit(bytes[next + 1]),
        let low = digit(bytes[next + 2])
      {
        result.append(high << 4 | low)
        next += 3
      } else {
        result.append(bytes[next])
        next += 1
      }
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
