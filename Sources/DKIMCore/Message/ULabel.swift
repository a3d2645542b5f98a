/// The rules for labels with non-ASCII characters. A label that breaks one of them is not a U-label and is rejected:
/// when displayed, it could look like a different name than the one whose key is looked up.
/// // RFC 5891 §5.3, §5.4, RFC 8616 §4
enum ULabel {
  /// Returns true if the label has only characters that are allowed in their context, does not begin with a combining
  /// mark, and is not ASCII in lower case. (The Kelvin sign looks like K and becomes k in lower case, which would be a
  /// second spelling of another name.) // RFC 5891 §4.2.3.2, §5.4
  static func hasAllowedCharacters(_ label: [Unicode.Scalar]) -> Bool {
    guard let first = label.first, !isMark(first), !label.allSatisfy(\.isASCII) else { return false }
    return label.indices.allSatisfy { isAllowed(label[$0]) && hasContext(label, at: $0) }
  }

  /// Returns true if the label is in normalization form C. Any other form of the same text would be another name in
  /// DNS.
  ///
  /// The standard library does not expose the normalized text, but it compares strings by their normalized forms,
  /// scalar by scalar. So for each character, the text up to it is compared with the smallest and the largest text that
  /// begin with the preceding text: it is not between the two if the character composes with the preceding text or is
  /// reordered. Only the text since the last character that does not combine can change. Characters that are never part
  /// of a normalized text are not allowed at all. // RFC 5891 §5.3
  static func isNormalized(_ label: [Unicode.Scalar]) -> Bool {
    var start = 0
    for i in label.indices.dropFirst() {
      let before = String(String.UnicodeScalarView(label[start..<i]))
      let text = String(String.UnicodeScalarView(label[start...i]))
      // U+0000 and U+10FFFF do not combine with anything. If one text is a prefix of the other, they are compared only
      // by length, so `before` alone would not work.
      guard before + "\u{0}" < text, text < before + "\u{10FFFF}" else { return false }
      if label[i].properties.canonicalCombiningClass == .notReordered { start = i }
    }
    return true
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// Returns true for letters, marks and digits, the classes of the characters of IDNA 2008, except those that are
  /// another spelling of other characters, such as fullwidth letters. // RFC 5892 §2.1, §2.2, §2.6
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return true }  // checked byte by byte
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
      return !scalar.properties.changesWhenNFKCCaseFolded || scalar == "\u{DF}" || scalar == "\u{3C2}"
    default: return scalar.value == 0xB7 || scalar.value == 0x30FB || scalar.value == 0x200C || scalar.value == 0x200D
    }
  }

  /// Returns true if the character is allowed in its context: characters that are invisible, or look like punctuation
  /// between words, are allowed only where they have a meaning. // RFC 5892 §A
  private static func hasContext(_ label: [Unicode.Scalar], at i: Int) -> Bool {
    switch label[i].value {
    // RFC 5892 §A.1
    case 0x200C: followsVirama(label, at: i) || isBetweenJoiningLetters(label, at: i)
    // RFC 5892 §A.2
    case 0x200D: followsVirama(label, at: i)
    // MIDDLE DOT, in Catalan words. // RFC 5892 §A.3
    case 0xB7: i > 0 && i + 1 < label.count && label[i - 1] == "l" && label[i + 1] == "l"
    // KATAKANA MIDDLE DOT. // RFC 5892 §A.7
    case 0x30FB: label.contains(where: isJapanese)
    // Arabic-Indic digits must not be mixed with the extended ones, which look similar. // RFC 5892 §A.8, §A.9
    case 0x660...0x669: !label.contains { 0x6F0...0x6F9 ~= $0.value }
    default: true
    }
  }

  private static func followsVirama(_ label: [Unicode.Scalar], at i: Int) -> Bool {
    i > 0 && label[i - 1].properties.canonicalCombiningClass == .virama
  }

  /// Returns true between two letters that would join without the character, ignoring marks. // RFC 5892 §A.1
  private static func isBetweenJoiningLetters(_ label: [Unicode.Scalar], at i: Int) -> Bool {
    guard let before = label[..<i].last(where: { !isTransparent($0) }),
      let after = label[(i + 1)...].first(where: { !isTransparent($0) })
    else { return false }
    return ArabicLetters.joinsNext(before) && ArabicLetters.joinsPrevious(after)
  }

  private static func isTransparent(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .nonspacingMark
  }

  /// Returns true for Hiragana, Katakana and Han.
  private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3005, 0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA,
      0x30FD...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x323AF:
      true
    default: false
    }
  }
}

/// The joining types of the letters of the Arabic script, which Swift does not provide. Without a preceding virama,
/// ZERO WIDTH NON-JOINER is otherwise used only in a few scripts that do not occur in domain names; their letters are
/// treated as non-joining, so such labels are rejected.
private enum ArabicLetters {
  /// Joining type D: joins on both sides.
  private static let dual: [ClosedRange<UInt32>] = [
    0x620...0x620, 0x626...0x626, 0x628...0x628, 0x62A...0x62E, 0x633...0x63F, 0x641...0x647, 0x649...0x64A,
    0x66E...0x66F, 0x678...0x687, 0x69A...0x6BF, 0x6C1...0x6C2, 0x6CC...0x6CC, 0x6CE...0x6CE, 0x6D0...0x6D1,
    0x6FA...0x6FC, 0x6FF...0x6FF, 0x750...0x758, 0x75C...0x76A, 0x76D...0x770, 0x772...0x772, 0x775...0x777,
    0x77A...0x77F, 0x886...0x886, 0x889...0x88D, 0x8A0...0x8A9, 0x8AF...0x8B0, 0x8B3...0x8B8, 0x8BA...0x8C8,
  ]
  /// Joining type R: joins only the preceding letter.
  private static let right: [ClosedRange<UInt32>] = [
    0x622...0x625, 0x627...0x627, 0x629...0x629, 0x62F...0x632, 0x648...0x648, 0x671...0x673, 0x675...0x677,
    0x688...0x699, 0x6C0...0x6C0, 0x6C3...0x6CB, 0x6CD...0x6CD, 0x6CF...0x6CF, 0x6D2...0x6D3, 0x6D5...0x6D5,
    0x6EE...0x6EF, 0x759...0x75B, 0x76B...0x76C, 0x771...0x771, 0x773...0x774, 0x778...0x779, 0x870...0x882,
    0x88E...0x88E, 0x8AA...0x8AC, 0x8AE...0x8AE, 0x8B1...0x8B2, 0x8B9...0x8B9,
  ]

  static func joinsNext(_ scalar: Unicode.Scalar) -> Bool { dual.contains { $0.contains(scalar.value) } }

  static func joinsPrevious(_ scalar: Unicode.Scalar) -> Bool {
    joinsNext(scalar) || right.contains { $0.contains(scalar.value) }
  }
}
