internal import DKIMCore

/// Bytes written as `=` and two hexadecimal digits.
enum EqualsSignEncoding {
  /// Decodes every `=XX`; any other `=` is kept unchanged.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var next = bytes.startIndex
    while next < bytes.endIndex {
      if bytes[next] == UInt8(ascii: "="), bytes.endIndex - next > 2, let high = ASCII.hexValue(bytes[next + 1]),
        let low = ASCII.hexValue(bytes[next + 2])
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
}
