/// A command to Redis. // RESP, version 2
enum RedisCommand {
  /// Encodes a command. Each word is sent with its length, so that its contents cannot be misinterpreted.
  static func bytes(_ words: [[UInt8]]) -> [UInt8] {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words {
      bytes += "$\(word.count)\r\n".utf8
      bytes += word
      bytes += [0x0D, 0x0A]
    }
    return bytes
  }
}
