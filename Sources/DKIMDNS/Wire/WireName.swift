internal import DKIMCore

/// A domain name in wire format, without compression and in lower case: a length byte before each label and a zero
/// byte at the end; at most 255 bytes. // RFC 1035 §3.1
struct WireName: Sendable, Hashable {
  static let maximumLength = 255

  let bytes: [UInt8]

  /// Converts a name; `nil` if a label is empty or longer than 63 bytes, or the name is longer than 255.
  init?(_ text: String) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 2)
    for label in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...63).contains(label.count) else { return nil }
      bytes.append(UInt8(label.count))
      // Names are compared without regard to letter case. // RFC 4343 §3
      for byte in label { bytes.append(ASCII.lowercased(byte)) }
    }
    bytes.append(0)
    guard bytes.count <= Self.maximumLength else { return nil }
    self.bytes = bytes
  }

  /// Parses a name; `nil` if the data is not exactly one name without compression.
  init?(_ data: Span<UInt8>) {
    guard data.count <= Self.maximumLength else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count)
    var next = 0
    while next < data.count {
      let length = Int(data[next])
      guard length <= 63, length < data.count - next else { return nil }
      bytes.append(data[next])
      for index in 0..<length { bytes.append(ASCII.lowercased(data[next + 1 + index])) }
      next += 1 + length
      if length == 0 { break }
    }
    guard next == data.count, bytes.last == 0 else { return nil }
    self.bytes = bytes
  }

  /// Returns whether the name is `zone` or a name below it.
  func isEqualToOrSubdomain(of zone: WireName) -> Bool {
    var start = 0
    while start < bytes.count {
      if bytes[start...].elementsEqual(zone.bytes) { return true }
      start += 1 + Int(bytes[start])
    }
    return false
  }
}
