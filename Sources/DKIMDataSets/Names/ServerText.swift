/// Text received over a connection.
enum ServerText {
  /// Returns a text that fits in one line of a message: without control characters, and truncated to `limit` bytes.
  static func shown(_ bytes: some Sequence<UInt8>, limit: Int = 100) -> String {
    var kept: [UInt8] = []
    for byte in bytes {
      guard kept.count < limit else { return String(decoding: kept, as: UTF8.self) + "…" }
      kept.append(0x20..<0x7F ~= byte ? byte : UInt8(ascii: "?"))
    }
    return String(decoding: kept, as: UTF8.self)
  }

  static func shown(_ text: String) -> String { shown(text.utf8) }

  /// Parses a number without a sign; `nil` for anything else.
  static func number(_ bytes: some Collection<UInt8>) -> Int? {
    guard 1...18 ~= bytes.count else { return nil }
    var number = 0
    for byte in bytes {
      guard 0x30...0x39 ~= byte else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}
