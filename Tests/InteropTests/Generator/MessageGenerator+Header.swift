extension MessageGenerator {
  private static let ordinary = [
    "Subject", "To", "Cc", "Message-ID", "Reply-To", "Sender", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding", "X-Mailer", "X-Interop",
  ]
  private static let list = [
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Post", "List-Help", "List-Archive",
  ]
  private static let resent = ["Resent-From", "Resent-Date", "Resent-To", "Resent-Message-ID"]

  /// Returns the fields of a message from the top, with exactly one From.
  mutating func fieldNames() -> [String] {
    var names = Self.ordinary.filter { _ in !random.oneIn(3) }
    if want(.listFields, oneIn: 4) { names += Self.list.filter { _ in !random.oneIn(3) } }
    if want(.resentFields, oneIn: 5) {
      for _ in 0...random.number(0...2) { names += Self.resent }
    }
    if want(.repeatedFields, oneIn: 3) {
      let name = random.pick(["Received", "X-Repeated", "Comments", "Keywords", "X-Interop"])
      names += Array(repeating: name, count: random.number(2...5))
    }
    if !want(.noDate, oneIn: 4) { names.append("Date") }
    names.append("From")
    names.shuffle(using: &random)
    return names
  }

  mutating func cased(_ name: String) -> String {
    guard want(.unusualCase, oneIn: 8) else { return name }
    switch random.number(0...2) {
    case 0: return name.uppercased()
    case 1: return name.lowercased()
    default:
      return String(name.enumerated().map { $0.offset % 2 == 0 ? Character($0.element.lowercased()) : $0.element })
    }
  }

  /// Returns the complete field with its CRLF.
  mutating func field(_ name: String) -> [UInt8] {
    var field = Array(name.utf8)
    if want(.spaceBeforeColon, oneIn: 30) { field += random.pick([" ", "  "]).utf8 }
    if want(.tabBeforeColon, oneIn: 60) { field.append(0x09) }
    field.append(UInt8(ascii: ":"))
    let isFrom = name.lowercased() == "from"
    if !isFrom, want(.emptyValue, oneIn: 25) {
      return field + random.pick(["", " ", "\t", " \t "]).utf8 + [0x0D, 0x0A]
    }
    if want(.foldFirst, oneIn: 12) {
      field += random.pick(["\r\n ", "\r\n\t", " \r\n ", " \r\n \t "]).utf8
    } else if !want(.noSpaceAfterColon, oneIn: 10) {
      field += random.pick([" ", " ", " ", "\t", "   "]).utf8
    }
    field += isFrom ? from() : value()
    if want(.trailingWhiteSpace, oneIn: 12) { field += random.pick([" ", "\t", " \t "]).utf8 }
    return field + [0x0D, 0x0A]
  }

  private mutating func from() -> [UInt8] {
    Array(
      random.pick(["alice@example.org", "\"Alice, A.\" <alice@example.org>", "Alice\r\n\t<alice@example.org>"]).utf8)
  }

  private mutating func value() -> [UInt8] {
    if want(.manyRecipients, oneIn: 30) {
      return Array((0..<random.number(50...400)).map { "user\($0)@example.com" }.joined(separator: ",\r\n\t").utf8)
    }
    if want(.veryLongField, oneIn: 40) {
      return [UInt8](repeating: UInt8(ascii: "x"), count: random.number(900...20_000))
    }
    var value = word()
    for _ in 0..<random.number(0...12) {
      value += separator()
      value += word()
    }
    return value
  }

  /// Returns the separator of two words: any amount of white space, folded or not.
  private mutating func separator() -> [UInt8] {
    if want(.blankContinuation, oneIn: 60) { return Array(random.pick(["\r\n \r\n ", "\r\n\t \r\n\t\r\n "]).utf8) }
    if want(.tabs, oneIn: 15) { return Array(random.pick(["\t", "\t\t ", " \t", "\r\n\t\t"]).utf8) }
    return Array(random.pick([" ", " ", " ", " ", "  ", "\r\n ", " \r\n ", "\r\n    "]).utf8)
  }

  private mutating func word() -> [UInt8] {
    if want(.utf8, oneIn: 30) { return Array(random.pick(["grün", "日本語", "né", "🙂", "Ω"]).utf8) }
    if want(.eightBit, oneIn: 120) { return random.pick([[0xE4], [0xFF, 0xFE], [0x80], [0xC3], [0xA0, 0x41, 0xA0]]) }
    if want(.control, oneIn: 200) {
      return random.pick([[0x01], [0x0B], [0x0C], [0x1B, 0x5B], [0x7F], [0x41, 0x0C, 0x42]])
    }
    return Array(
      random.pick([
        "a", "word", "b=", "b=abc;", "; b=x", "bh=", "DKIM-Signature:", ":", ";", "=", "=?utf-8?q?a=20b?=",
        "<x@example.org>",
        "(comment)", "\"quoted", "string\"", "|", "\\", "From:", "1234567890", ".", "..", "longer-word-with-hyphens",
      ]).utf8)
  }
}
