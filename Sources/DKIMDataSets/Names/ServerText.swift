internal import DKIMCore

/// Text received over a connection.
enum ServerText {
  /// Returns a text for one line of an error message: without control characters, and truncated to `limit` bytes.
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
    ASCII.number(bytes, in: 0...999_999_999_999_999_999)
  }
}
