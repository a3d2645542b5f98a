import Glibc
import TestSupport
import Testing

@testable import DKIMConfiguration

/// The C library's basic regular expressions, which OpenDKIM uses for `ReplaceRules`.
private final class BasicOracle {
  private var expression = regex_t()

  init?(_ text: [UInt8]) {
    guard regcomp(&expression, text.map { CChar(bitPattern: $0) } + [0], 0) == 0 else { return nil }
  }

  deinit { regfree(&expression) }

  func firstMatch(in text: [UInt8]) -> Range<Int>? {
    var match = regmatch_t()
    let status = regexec(&expression, text.map { CChar(bitPattern: $0) } + [0], 1, &match, 0)
    return status == 0 ? Int(match.rm_so)..<Int(match.rm_eo) : nil
  }
}

@Suite struct BasicExpressionTests {
  private static let parts = [
    "a", "b", "A", ".", "*", "\\+", "\\?", "\\|", "\\(", "\\)", "^", "$", "[ab]", "[^a]", "\\{1,2\\}", "\\{2\\}", "\\{",
    "\\}", "+", "?", "|", "(", ")", "{", "}", "\\", "@", "\\.", "a*", "\\(a", "b\\)", "[", "]", "\\`", "\\'", "\\w",
    "\\W",
  ]
  private static let characters = Array("abAab.+?|(){}\\@*^$".utf8)

  private func search(_ pattern: String) throws -> ExpressionSearch {
    ExpressionSearch(try ExpressionProgram(try BasicExpression.parse(Array(pattern.utf8))))
  }

  @Test func `expressions are accepted and match as in the C library`() {
    var random = SeededGenerator(seed: 7)
    var taken = 0
    for _ in 0..<8000 {
      let pattern = (0...random.below(6)).map { _ in Self.parts[random.below(Self.parts.count)] }.joined()
      let oracle = BasicOracle(Array(pattern.utf8))
      guard let mine = try? search(pattern) else {
        // Word boundaries, as in "\\" and "b", are not supported.
        #expect(oracle == nil || pattern.contains("\\b"), "\(pattern)")
        continue
      }
      guard let oracle else {
        Issue.record("\(pattern) is accepted, and the C library refuses it")
        continue
      }
      taken += 1
      for _ in 0..<6 {
        let text = (0..<random.below(8)).map { _ in Self.characters[random.below(Self.characters.count)] }
        let found = mine.firstMatch(in: text)
        let shown = "\(pattern) in \(String(decoding: text, as: UTF8.self))"
        #expect(found?.range == oracle.firstMatch(in: text), "\(shown)")
        guard let found else { continue }
        // Nothing that a search from the start would find is missed after a replacement.
        var replaced = text
        replaced.replaceSubrange(found.range, with: (0..<random.below(3)).map { _ in Self.characters[random.below(5)] })
        let next = mine.firstMatch(in: replaced, from: found.resume)
        #expect(next?.range == mine.firstMatch(in: replaced)?.range, "\(shown), replaced")
      }
    }
    #expect(taken > 1000)
  }

  @Test(arguments: [
    ("@host", "a@host.example, b@host.example", 1..<6), ("b*", "abb", 0..<0), ("bb*", "abb", 1..<3),
    ("a\\|ab", "xab", 1..<3), ("^a", "ba", nil), ("a$", "aa", 1..<2), ("*", "a*", 1..<2), ("a.c", "a\nc", 0..<3),
    ("\\(ab\\)\\{2\\}", "aababab", 1..<5), ("A", "a", nil), ("$a", "x$a", 1..<3), ("a^", "a^", 0..<2),
  ])
  func `the leftmost match is found, and the longest there`(pattern: String, text: String, range: Range<Int>?) throws {
    #expect(try search(pattern).firstMatch(in: Array(text.utf8))?.range == range)
  }

  @Test(arguments: [
    ("a\\", PatternError.backslashAtEnd), ("\\(a", .openParenthesis), ("a\\)", .closeParenthesis),
    ("\\{2\\}", .nothingToRepeat), ("a\\{2", .badInterval), ("a\\{2\\}*", .unsupported("two repetitions in a row")),
    ("\\(a\\)\\1", .unsupported("the back-reference \\1")), ("[a", .openBracket),
  ])
  func `an invalid expression is an error`(pattern: String, error: PatternError) {
    #expect(throws: error) { try BasicExpression.parse(Array(pattern.utf8)) }
  }
}
