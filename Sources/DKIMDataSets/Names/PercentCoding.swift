internal import DKIMCore

/// `%XX` in names.
enum PercentCoding {
  /// Decodes a text; `nil` if a percent sign is not followed by two hexadecimal digits.
  static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(ASCII.hexValue), let low = rest.next().flatMap(ASCII.hexValue) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
