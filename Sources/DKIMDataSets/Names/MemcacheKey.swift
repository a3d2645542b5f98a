/// A key as memcached knows it: `PREFIX:KEY`.
struct MemcacheKey: Sendable, Hashable {
  let octets: [UInt8]

  /// memcached takes no longer one; octets.
  static let longest = 250

  /// `nil` where no server can have such a key: it is too long, or holds blanks or control characters, which end a
  /// key in the protocol.
  init?(_ key: String, prefix: String) {
    var octets: [UInt8] = []
    octets.reserveCapacity(prefix.utf8.count + key.utf8.count + 1)
    octets += prefix.utf8
    octets.append(UInt8(ascii: ":"))
    octets += key.utf8
    guard octets.count <= Self.longest, octets.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    self.octets = octets
  }

  /// Which of `count` servers has the key: the one-at-a-time hash of Bob Jenkins modulo their number, as
  /// libmemcached does unless it is told otherwise.
  func server(of count: Int) -> Int {
    guard count > 1 else { return 0 }
    var hash: UInt32 = 0
    for octet in octets {
      // Signed, as `char` is there.
      hash &+= UInt32(bitPattern: Int32(Int8(bitPattern: octet)))
      hash &+= hash << 10
      hash ^= hash >> 6
    }
    hash &+= hash << 3
    hash ^= hash >> 11
    hash &+= hash << 15
    return Int(hash % UInt32(clamping: count))
  }
}
