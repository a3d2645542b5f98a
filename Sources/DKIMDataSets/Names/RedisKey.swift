/// A key in Redis: `PREFIX:KEY`.
enum RedisKey {
  /// Maximum length of a key; bytes.
  static let longest = 1024

  /// Returns the key with its prefix; `nil` if no row can have the key.
  static func bytes(_ key: String, prefix: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.utf8.count + key.utf8.count + 1)
    bytes += prefix.utf8
    bytes.append(UInt8(ascii: ":"))
    bytes += key.utf8
    return bytes.count <= longest && !bytes.contains(0) ? bytes : nil
  }

  /// The pattern that matches exactly the keys with the given prefix.
  static func pattern(prefix: String) -> String {
    var bytes: [UInt8] = []
    for byte in prefix.utf8 {
      if "*?[]\\".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self) + ":*"
  }
}
