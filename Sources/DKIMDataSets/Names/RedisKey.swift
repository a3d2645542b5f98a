/// A key in Redis: `PREFIX:KEY`.
enum RedisKey {
  /// Maximum length of a key; bytes.
  static let longest = 1024

  /// Returns the key with its prefix; `nil` if no row can have the key.
  static func octets(_ key: String, prefix: String) -> [UInt8]? {
    var octets: [UInt8] = []
    octets.reserveCapacity(prefix.utf8.count + key.utf8.count + 1)
    octets += prefix.utf8
    octets.append(UInt8(ascii: ":"))
    octets += key.utf8
    return octets.count <= longest && !octets.contains(0) ? octets : nil
  }

  /// The pattern that matches exactly the keys with the given prefix.
  static func pattern(prefix: String) -> String {
    var octets: [UInt8] = []
    for octet in prefix.utf8 {
      if "*?[]\\".utf8.contains(octet) { octets.append(UInt8(ascii: "\\")) }
      octets.append(octet)
    }
    return String(decoding: octets, as: UTF8.self) + ":*"
  }
}
