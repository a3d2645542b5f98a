import DKIMConfiguration

/// A lookup key, and the number of fields to split its value into: `KEY` or `KEY/N`.
struct QueryQuestion: Equatable {
  static let mostFields = 100

  let key: String
  let fields: Int?

  init(key: String, fields: Int?) {
    self.key = key
    self.fields = fields
  }

  /// Parses `KEY` or `KEY/N`. A network such as `192.0.2.0/24` is a key.
  init(_ text: String) {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")),
      let fields = Int(text[text.utf8.index(after: slash)...]), (1...Self.mostFields).contains(fields),
      !Self.isAddress(text[..<slash])
    else {
      self.init(key: text, fields: nil)
      return
    }
    self.init(key: String(text[..<slash]), fields: fields)
  }

  private static func isAddress(_ text: Substring) -> Bool {
    var text = text.first == "!" ? text.dropFirst() : text
    if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
    return IPAddress(String(text)) != nil
  }
}
