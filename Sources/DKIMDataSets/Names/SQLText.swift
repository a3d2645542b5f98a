/// Parts of SQL that the administrator writes: names, column lists, conditions.
enum SQLText {
  /// Whether a semicolon is outside quotes, where it would start a second statement.
  static func hasSemicolon(_ text: some Sequence<UInt8>) -> Bool {
    var nesting = Nesting()
    for byte in text {
      nesting.pass(byte)
      if byte == UInt8(ascii: ";"), !nesting.isQuoted { return true }
    }
    return false
  }

  /// Splits a text at the commas that are outside quotes and brackets.
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

  /// The quote and the brackets that are open at a point of a text.
  private struct Nesting {
    private var quote: UInt8?
    private(set) var brackets = 0

    var isQuoted: Bool { quote != nil }

    mutating func pass(_ byte: UInt8) {
      // A doubled quote within quotes ends the quoted text and starts it again.
      if let quote {
        if byte == quote { self.quote = nil }
        return
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
      case UInt8(ascii: "("): brackets += 1
      case UInt8(ascii: ")"): brackets -= 1
      default: break
      }
    }
  }
}
