/// Bytes written as `=` and two hexadecimal digits.
enum EqualsSignEncoding {
  /// Decodes every `=XX`; any other `=` is kept unchanged.
  static func decoded(_ octets: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(octets.count)
    var next = octets.startIndex
    while next < octets.endIndex {
      if octets[next] == UInt8(ascii: "="), octets.endIndex - next > 2, let high = digit(octets[next + 1]),
        let low = digit(octets[next + 2])
      {
        result.append(high << 4 | low)
        next += 3
      } else {
        result.append(octets[next])
        next += 1
      }
    }
    return result
  }

  private static func digit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
