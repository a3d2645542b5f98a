/// Classes of ASCII bytes, and numbers written in ASCII digits. // RFC 5234 §B.1
package enum ASCII {
  @inlinable package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  // Letters differ from their lower case only in one bit.
  @inlinable package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inlinable package static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  /// Returns letters in lower case and all other bytes unchanged.
  @inlinable package static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// WSP of the mail grammars: space or tab, nothing else. // RFC 6376 §2.8
  @inlinable package static func isWSP(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// WSP, CR or LF: the characters of folding white space.
  @inlinable package static func isFWS(_ byte: UInt8) -> Bool { isWSP(byte) || byte == 0x0D || byte == 0x0A }

  /// The value of a hexadecimal digit in upper or lower case; `nil` for other bytes.
  package static func hexValue(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte - 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }

  /// Two hexadecimal digits in lower case.
  package static func hexDigits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

  /// Returns the number that 1 to 18 digits represent; `nil` if it is outside the range, and for everything else.
  package static func number(_ digits: some Collection<UInt8>, in range: ClosedRange<Int>) -> Int? {
    guard 1...18 ~= digits.count, digits.allSatisfy(isDigit) else { return nil }
    let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return range.contains(number) ? number : nil
  }

  /// Returns the number of a TCP or UDP port, from 1 to 65535.
  package static func port(_ text: some StringProtocol) -> Int? { number(text.utf8, in: 1...65_535) }
}
