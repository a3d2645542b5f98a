/// Writes JSON on one line. // RFC 8259
///
/// Text is escaped so that it cannot break the line; bytes that are not UTF-8 become U+FFFD.
package struct JSONWriter {
  /// The characters that are escaped in strings, in addition to quotes and backslashes.
  package enum Escapes: Sendable {
    /// ASCII control characters.
    case controls
    /// All characters that could harm a terminal; see ``SafeText``.
    case unsafe
  }

  private let escapes: Escapes
  package private(set) var bytes: [UInt8] = []
  /// Whether a comma is needed before the next element.
  private var needsComma = false

  package init(escapes: Escapes = .unsafe) {
    self.escapes = escapes
  }

  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    enclosed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  /// Writes the name of a member. Its value must be written next.
  package mutating func name(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string. // RFC 8259 §7
  package mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars { append(scalar) }
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func number(_ number: some FixedWidthInteger) {
    separate()
    bytes += Array(String(number).utf8)
  }

  package mutating func bool(_ value: Bool) {
    separate()
    bytes += Array((value ? "true" : "false").utf8)
  }

  package mutating func null() {
    separate()
    bytes += Array("null".utf8)
  }

  /// Ends the line. The next value is independent of those before.
  package mutating func newLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func enclosed(_ open: UInt8, _ close: UInt8, _ content: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(open)
    needsComma = false
    content(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
    case "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
    case "\n": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case "\r": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    case "\t": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case _ where isEscaped(scalar):
      // A scalar above U+FFFF is written as two surrogates. // RFC 8259 §7
      for unit in String(scalar).utf16 {
        bytes += Array(("\\u" + ASCII.hexDigits(UInt8(unit >> 8)) + ASCII.hexDigits(UInt8(unit & 0xFF))).utf8)
      }
    case _ where scalar.isASCII: bytes.append(UInt8(scalar.value))
    default: bytes += Array(String(scalar).utf8)
    }
  }

  private func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch escapes {
    case .controls: scalar.value < 0x20 || scalar.value == 0x7F
    case .unsafe: PrintableText.isUnsafe(scalar)
    }
  }
}

/// Writes members of an object, with null for `nil`.
extension JSONWriter {
  package mutating func member(_ name: String, _ text: String?) {
    self.name(name)
    if let text { string(text) } else { null() }
  }

  package mutating func member(_ name: String, _ number: (some FixedWidthInteger)?) {
    self.name(name)
    if let number { self.number(number) } else { null() }
  }

  package mutating func member(_ name: String, _ value: Bool?) {
    self.name(name)
    if let value { bool(value) } else { null() }
  }

  package mutating func member(_ name: String, _ texts: [String]?) {
    self.name(name)
    guard let texts else { return null() }
    array { json in
      for text in texts { json.string(text) }
    }
  }
}
