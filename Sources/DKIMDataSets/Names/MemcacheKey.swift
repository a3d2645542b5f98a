/// A key in memcached: `PREFIX:KEY`.
struct MemcacheKey: Sendable, Hashable {
  let bytes: [UInt8]

  /// Maximum length of a key in memcached; bytes.
  static let longest = 250

  /// Returns `nil` if no server can have the key: it is too long, or it contains blanks or control characters, which
  /// end a key in the protocol.
  init?(_ key: String, prefix: String) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.utf8.count + key.utf8.count + 1)
    bytes += prefix.utf8
    bytes.append(UInt8(ascii: ":"))
    bytes += key.utf8
    guard bytes.count <= Self.longest, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    self.bytes = bytes
  }

  /// The index of the server, out of `count`, that has the key: the one-at-a-time hash of Bob Jenkins modulo the number
  /// of servers, the default in libmemcached.
  func server(of count: Int) -> Int {
    guard count > 1 else { return 0 }
    var hash: UInt32 = 0
    for byte in bytes {
      // Signed, because libmemcached uses `char`.
      hash &+= UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
      hash &+= hash << 10
      hash ^= hash >> 6
    }
    hash &+= hash << 3
    hash ^= hash >> 11
    hash &+= hash << 15
    return Int(hash % UInt32(clamping: count))
  }
}
