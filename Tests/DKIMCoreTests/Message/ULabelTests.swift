@testable import DKIMCore
import Foundation
import Testing
import TestSupport

/// Labels with non-ASCII characters. // RFC 5891 §5.3, RFC 5892 §A
@Suite struct ULabelTests {
  @Test(arguments: [
    // Joiners after a virama.
    ("\u{915}\u{94D}\u{200C}\u{937}", "xn--11b2ezcs70k"), ("\u{DC1}\u{DCA}\u{200D}\u{DBB}\u{DD3}", "xn--10cl1a0b660p"),
    // The non-joiner between letters that would otherwise join, with a vowel mark between them.
    ("\u{628}\u{64E}\u{200C}\u{62F}", "xn--ngbo6g011j"),
    ("l\u{B7}l", "xn--ll-0ea"), ("col\u{B7}labor", "xn--collabor-ioa"),
    ("\u{30AB}\u{30FB}\u{30AB}", "xn--lcka3v"), ("\u{4E00}\u{30FB}\u{4E00}", "xn--vek768fba"),
    ("\u{661}\u{662}", "xn--9hbc"), ("\u{6F1}\u{6F2}", "xn--embc"),
    // Marks that do not compose, in canonical order.
    ("x\u{302}", "xn--x-zbb"), ("q\u{323}\u{307}", "xn--q-9bb7f"), ("\u{5E9}\u{5B0}", "xn--7cb7i"),
    ("vi\u{1EC7}t", "xn--vit-5kz"), ("\u{AC00}", "xn--o39a"), ("\u{BB7}\u{BBF}", "xn--bmcq"),
  ])
  func good(_ label: String, _ asciiForm: String) throws {
    #expect(try DomainName(label + ".example").asciiForm == asciiForm + ".example")
    #expect(try Selector(label).asciiForm == asciiForm)
  }

  @Test(arguments: [
    // Invisible between Latin letters, or next to a letter that does not join.
    "ba\u{200C}nk", "\u{627}\u{200C}\u{628}", "\u{628}\u{200C}", "\u{200C}\u{628}", "\u{628}\u{200C}\u{200C}\u{628}",
    "\u{628}\u{200C}a", "a\u{200C}\u{628}", "\u{628}\u{200D}\u{628}", "\u{628}\u{64E}\u{200D}\u{62F}",
    "a\u{B7}b", "l\u{B7}b", "b\u{B7}l", "\u{B7}l", "l\u{B7}", "a\u{30FB}b", "\u{30FB}", "a\u{661}\u{6F1}",
    "\u{6F1}\u{661}",
  ])
  func `out of context`(_ label: String) {
    #expect(throws: DomainNameError.badULabel(label: label)) { try DomainName(label + ".example") }
    #expect(throws: DomainNameError.badULabel(label: label)) { try Selector(label) }
  }

  @Test(arguments: [
    "bu\u{308}cher", "q\u{307}\u{323}", "vie\u{323}\u{302}t", "vi\u{1EB9}\u{302}t", "\u{1100}\u{1161}",
    "\u{AC00}\u{11A8}", "\u{995}\u{9C7}\u{9BE}", "\u{304B}\u{3099}", "a\u{328}\u{301}\u{323}",
  ])
  func `not normalized`(_ label: String) {
    #expect(throws: DomainNameError.notNormalized(label: label)) { try DomainName(label + ".example") }
    #expect(throws: DomainNameError.notNormalized(label: label)) { try Selector(label) }
  }

  /// Every character with a decomposition, composed and decomposed, compared with another implementation.
  @Test func `normalization of all compositions`() {
    var compositions = 0
    var wrong: [String] = []
    for value in UInt32(0x80)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let decomposed = String(Character(scalar)).decomposedStringWithCanonicalMapping
      guard decomposed.unicodeScalars.count > 1 else { continue }
      let scalars = Array(decomposed.unicodeScalars)
      compositions += 1
      if ULabel.isNormalized(scalars) != Self.isNormalized(scalars) { wrong.append(String(value, radix: 16)) }
      // A character that is not normalized by itself is not allowed at all.
      if ULabel.hasAllowedCharacters([scalar]), !Self.isNormalized([scalar]) { wrong.append("\(scalar)") }
    }
    #expect(wrong == [])
    #expect(compositions > 12_000)
  }

  /// Foundation treats a Hangul syllable and a final consonant as normalized, so they are not included here.
  @Test func `normalization of random labels`() {
    var random = SeededGenerator(seed: 5891)
    let letters: [UInt32] = [
      0x61, 0x65, 0x6F, 0x71, 0xE1, 0x1EB9, 0x301, 0x302, 0x307, 0x308, 0x323, 0x328, 0x3B1, 0x5B0, 0x5BC, 0x5E9, 0x627,
      0x64B, 0x653, 0x654, 0x93C, 0x928, 0x9C7, 0x9BE, 0x9D7, 0xDD9, 0xDCA, 0xDCF, 0x1100, 0x1161, 0xAC00, 0x304B,
      0x3099, 0x1B05, 0x1B35, 0x11099, 0x110BA,
    ]
    var normalized = 0
    var wrong: [[String]] = []
    for _ in 0..<20_000 {
      let length = Int.random(in: 2...7, using: &random)
      let scalars = (0..<length).compactMap { _ in letters.randomElement(using: &random).flatMap(Unicode.Scalar.init) }
      guard ULabel.hasAllowedCharacters(scalars) else { continue }
      let expected = Self.isNormalized(scalars)
      if ULabel.isNormalized(scalars) != expected { wrong.append(scalars.map { String($0.value, radix: 16) }) }
      if expected { normalized += 1 }
    }
    #expect(wrong == [])
    #expect(normalized > 1000)
  }

  private static func isNormalized(_ scalars: [Unicode.Scalar]) -> Bool {
    let text = String(String.UnicodeScalarView(scalars))
    return text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(scalars)
  }
}
