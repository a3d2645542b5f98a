/// The name of a header field, compared ignoring letter case.
struct FieldName: Sendable {
  let octets: [UInt8]
  let hash: UInt64

  static let dkimSignature = FieldName("DKIM-Signature")
  static let from = FieldName("From")

  init(_ name: String) {
    let octets = Array(name.utf8)
    hash = Self.hash(octets.span)
    self.octets = octets
  }

  /// Returns true for ftext: printable ASCII except the colon. // RFC 5322 §3.6.8
  @inline(__always)
  static func isNameOctet(_ octet: UInt8) -> Bool {
    octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: ":")
  }

  /// Differs for each process, so that an attacker cannot prepare names that collide.
  private static let seed = UInt64.random(in: .min ... .max)

  static func hash(_ name: Span<UInt8>) -> UInt64 {
    var hash = seed
    for i in name.indices {
      hash = (hash ^ UInt64(Octets.lowercased(name[i]))) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash
  }

  static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in a.indices where Octets.lowercased(a[i]) != Octets.lowercased(b[i]) { return false }
    return true
  }
}
