internal import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Sendable, Hashable {
  /// 4 or 16 bytes, most significant first.
  package let bytes: [UInt8]

  /// Parses `192.0.2.1` or `2001:db8::1`, without brackets and without a zone.
  package init?(_ text: String) {
    // No valid address is longer. A NUL would end the C string early.
    guard text.utf8.count < Int(INET6_ADDRSTRLEN), !text.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: text.utf8.contains(UInt8(ascii: ":")) ? 16 : 4)
    let family = bytes.count == 16 ? AF_INET6 : AF_INET
    guard unsafe inet_pton(family, text, &bytes) == 1 else { return nil }
    self.bytes = bytes
  }

  /// Makes an address from 4 or 16 bytes; `nil` for any other number of bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  package var isIPv6: Bool { bytes.count == 16 }

  /// The IPv4 address inside `::ffff:192.0.2.1`; `nil` for every other address. // RFC 4291 §2.5.5.2
  package var mappedIPv4: IPAddress? {
    guard isIPv6, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else { return nil }
    return IPAddress(bytes: Array(bytes[12...]))
  }

  /// 127.0.0.0/8 and ::1. // RFC 1122 §3.2.1.3, RFC 4291 §2.5.3
  package var isLoopback: Bool {
    if let mapped = mappedIPv4 { return mapped.isLoopback }
    return isIPv6 ? bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127
  }

  /// Returns the address with all but the first `bits` bits cleared.
  func masked(to bits: Int) -> IPAddress {
    var bytes = bytes
    for i in bytes.indices {
      let kept = min(max(bits - i * 8, 0), 8)
      bytes[i] &= UInt8(truncatingIfNeeded: 0xFF00 >> kept)
    }
    return IPAddress(exactly: bytes)
  }

  private init(exactly bytes: [UInt8]) {
    self.bytes = bytes
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text, in lower case. // RFC 5952 §4
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard unsafe inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
