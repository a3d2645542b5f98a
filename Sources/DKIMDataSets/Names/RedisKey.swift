/// A key as Redis has it: `PREFIX:KEY`.
enum RedisKey {
  /// No longer one is asked for; octets.
  static let longest = 1024

  /// `nil` where no row has such a key.
  static func octets(_ key: String, prefix: String) -> [UInt8]? {
    var octets: [UInt8] = []
    octets.reserveCapacity(prefix.utf8.count + key.utf8.count + 1)
    octets += prefix.utf8
    octets.append(UInt8(ascii: ":"))
    octets += key.utf8
    return octets.count <= longest && !octets.contains(0) ? octets : nil
  }

  /// The pattern that every key with that prefix matches, and no other one.
  static func pattern(prefix: String) -> String {
    var octets: [UInt8] = []
    for octet in prefix.utf8 {
      if "*?[]\\".utf8.contains(octet) { octets.append(UInt8(ascii: "\\")) }
      octets.append(octet)
    }
    return String(decoding: octets, as: UTF8.self) + ":*"
  }
}
