import Glibc
import Testing
import TestSupport

@testable import DKIMConfiguration

/// The C library's regular expressions, which OpenDKIM uses.
private final class OracleExpression {
  private var expression = regex_t()

  init?(_ text: [UInt8], caseSensitive: Bool) {
    let flags = REG_EXTENDED | REG_NOSUB | (caseSensitive ? 0 : REG_ICASE)
    guard regcomp(&expression, text.map { CChar(bitPattern: $0) } + [0], flags) == 0 else { return nil }
  }

  deinit { regfree(&expression) }

  func matches(_ text: [UInt8]) -> Bool {
    regexec(&expression, text.map { CChar(bitPattern: $0) } + [0], 0, nil, 0) == 0
  }
}

extension TablePattern {
  /// Matches in the two steps of a table: first prefix and suffix, then the whole pattern.
  fileprivate func matches(_ text: [UInt8], _ rule: CaseRule) -> Bool {
    var index = AffixIndex()
    index.insert(0, prefix: prefix, suffix: suffix)
    let folded = rule.folded(text)
    return !index.candidates(folded).isEmpty && fitsRest(folded[...])
  }
}

@Suite("Data sets: patterns against the C library")
struct ExpressionOracleTests {
  private static let alphabet = Array("aAbBzZ@._-*+?|()[]{}^$\\,:012[:alpha:][:upper:]wWsS=".utf8)
  private static let texts = Array("aAbBzZ@._-*+\\0,".utf8)

  @Test(arguments: [true, false])
  func `patterns match as in the C library, and none is accepted that it rejects`(caseSensitive: Bool) throws {
    var random = SeededGenerator(seed: caseSensitive ? 1 : 2)
    let rule = CaseRule(isSensitive: caseSensitive)
    var (taken, compared) = (0, 0)
    for _ in 0..<8000 {
      let pattern = (0...random.below(9)).map { _ in Self.alphabet[random.below(Self.alphabet.count)] }
      // If case is ignored, the C library does not fold an escaped letter, so that it never matches.
      let hasEscapedLetter = zip(pattern, pattern.dropFirst()).contains { $0 == 0x5C && 97...122 ~= $1 }
      if hasEscapedLetter, !caseSensitive { continue }
      let oracle = OracleExpression(TablePattern.translated(pattern), caseSensitive: caseSensitive)
      guard let mine = try? TablePattern(pattern[...], rule) else { continue }
      let shown = String(decoding: pattern, as: UTF8.self)
      guard let oracle else {
        Issue.record("\(shown) is taken, and the C library refuses it")
        continue
      }
      taken += 1
      for _ in 0..<8 {
        let text = (0..<random.below(7)).map { _ in
          random.below(2) == 0 ? Self.texts[random.below(Self.texts.count)] : pattern[random.below(pattern.count)]
        }
        compared += 1
        #expect(
          mine.matches(text, rule) == oracle.matches(text), "\(shown) against \(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(taken > 1000)
    #expect(compared > 8000)
  }

  private static let bracketParts = [
    "a", "z", "0", "-", "-", "]", "^", "[", "\\", ".", "[=a=]", "[=-=]", "[.a.]", "[.-.]", "[.].]", "[:alpha:]",
    "[:no:]", "[=", "[.", "[:",
  ]

  @Test(arguments: [true, false])
  func `bracket expressions match as in the C library, and none is accepted that it rejects`(caseSensitive: Bool) {
    var random = SeededGenerator(seed: 3)
    let rule = CaseRule(isSensitive: caseSensitive)
    var taken = 0
    for _ in 0..<8000 {
      let parts = (0...random.below(5)).map { _ in Self.bracketParts[random.below(Self.bracketParts.count)] }
      let pattern = "[" + parts.joined() + "]"
      let oracle = OracleExpression(TablePattern.translated(Array(pattern.utf8)), caseSensitive: caseSensitive)
      guard let mine = try? TablePattern(Array(pattern.utf8)[...], rule) else { continue }
      guard let oracle else {
        Issue.record("\(pattern) is taken, and the C library refuses it")
        continue
      }
      taken += 1
      for text in "abmzA09-]^[\\.=:".utf8.map({ [$0] }) + [Array("a]".utf8), Array("-]".utf8), []] {
        #expect(
          mine.matches(text, rule) == oracle.matches(text),
          "\(pattern) against \(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(taken > 1000)
  }
}
