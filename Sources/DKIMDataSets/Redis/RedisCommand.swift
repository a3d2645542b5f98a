/// A question to Redis. // RESP, version 2
enum RedisCommand {
  /// Every word goes along with its length, so that nothing in it can be taken for anything else.
  static func octets(_ words: [[UInt8]]) -> [UInt8] {
    var octets = Array("*\(words.count)\r\n".utf8)
    for word in words {
      octets += "$\(word.count)\r\n".utf8
      octets += word
      octets += [0x0D, 0x0A]
    }
    return octets
  }
}
