/// Pieces of SQL as an administrator writes them: names, lists of columns, conditions.
enum SQLText {
  /// True where a semicolon stands outside of quotes: one statement is meant to be one.
  static func hasSemicolon(_ text: some Sequence<UInt8>) -> Bool {
    var nesting = Nesting()
    for octet in text {
      nesting.pass(octet)
      if octet == UInt8(ascii: ";"), !nesting.isQuoted { return true }
    }
    return false
  }

  /// The pieces between commas that stand neither in quotes nor in brackets.
  static func columns(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var nesting = Nesting()
    var pieces: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    for index in text.indices {
      nesting.pass(text[index])
      if text[index] == UInt8(ascii: ","), !nesting.isQuoted, nesting.brackets <= 0 {
        pieces.append(text[start..<index])
        start = index + 1
      }
    }
    return pieces + [text[start...]]
  }

  /// What one is in at a point of a text.
  private struct Nesting {
    private var quote: UInt8?
    private(set) var brackets = 0

    var isQuoted: Bool { quote != nil }

    mutating func pass(_ octet: UInt8) {
      // A quote that is doubled within quotes ends them and begins them anew.
      if let quote {
        if octet == quote { self.quote = nil }
        return
      }
      switch octet {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = octet
      case UInt8(ascii: "("): brackets += 1
      case UInt8(ascii: ")"): brackets -= 1
      default: break
      }
    }
  }
}
