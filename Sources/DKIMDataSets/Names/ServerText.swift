/// Text received over a connection.
enum ServerText {
  /// Returns a text that fits in one line of a message: without control characters, and truncated to `limit` bytes.
  static func shown(_ octets: some Sequence<UInt8>, limit: Int = 100) -> String {
    var kept: [UInt8] = []
    for octet in octets {
      guard kept.count < limit else { return String(decoding: kept, as: UTF8.self) + "…" }
      kept.append(0x20..<0x7F ~= octet ? octet : UInt8(ascii: "?"))
    }
    return String(decoding: kept, as: UTF8.self)
  }

  static func shown(_ text: String) -> String { shown(text.utf8) }

  /// Parses a number without a sign; `nil` for anything else.
  static func number(_ octets: some Collection<UInt8>) -> Int? {
    guard 1...18 ~= octets.count else { return nil }
    var number = 0
    for octet in octets {
      guard 0x30...0x39 ~= octet else { return nil }
      number = number * 10 + Int(octet - 0x30)
    }
    return number
  }
}
