import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite struct ReplaceRulesTests {
  private func rules(_ text: String, fields: [String] = ["*"]) -> ReplaceRules {
    let (rules, problems) = ReplaceRules.read(Array(text.utf8), file: "rules")
    #expect(problems == [])
    return ReplaceRules(rules, fields: fields)
  }

  private func header(_ fields: [(String, String)]) -> MessageHeader {
    var header = MessageHeader()
    for (name, value) in fields { header.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
    return header
  }

  private func rewritten(_ value: String, _ text: String) throws -> String {
    let rewriting = try rules(text).rewriting(of: header([("To", value)]))
    return rewriting.values[0].map { String(decoding: $0, as: UTF8.self) } ?? value
  }

  private func problems(_ text: String) -> [String] {
    lines(ReplaceRules.read(Array(text.utf8), file: "rules").problems)
  }

  @Test(arguments: [
    (" user@host.example.com", "@host.example.com\t@example.com\n", " user@example.com"),
    // Every match is replaced; the replacement is literal text, also if it looks like an expression.
    (" a@h.example, b@h.example", "@h\\.example\t@\\1&.test", " a@\\1&.test, b@\\1&.test"),
    // The last tab of a line is the separator, and white space is kept.
    (" x\ty z", "x\ty\tq ", " q  z"),
    // Later lines are applied first.
    (" a", "b\tc\na\tb\n", " c"), (" a", "a\tb\nb\tc\n", " b"),
    // A rule is applied until it no longer matches, also where a replacement completes a match.
    (" aaab", "ab\tb", " b"), (" abab", "abab\t", " "), (" aabb", "ab\t", " "),
    // Folds are a line feed in expressions, and CRLF in the result.
    (" a,\r\n b@h", "b@h\tb", " a,\r\n b"), (" a,\r\n\tb", ",\\s\\s\t; ", " a; b"),
    // A comment ends a line anywhere, and lines with CRLF are accepted.
    (" a", "# x\n\n  \na\tb# c\r\n", " b"), (" a", "a\tb\r\n", " b"), (" A", "a\tb", " A"),
  ])
  func `text is replaced`(value: String, rules: String, expected: String) throws {
    #expect(try rewritten(value, rules) == expected)
  }

  @Test func `only the selected fields are changed, and every rule names the fields it changed`() throws {
    let header = header([("From", " a@h"), ("X-A", " @h"), ("Subject", " @h"), ("x-b", " @h @h")])
    let rewriting = try rules("@h\t@e\nz\ty\n", fields: ["From", "X-*"]).rewriting(of: header)
    #expect(rewriting.values.mapValues { String(decoding: $0, as: UTF8.self) } == [0: " a@e", 1: " @e", 3: " @e @e"])
    #expect(rewriting.applied.map(\.rule.expression) == ["@h"])
    #expect(rewriting.applied.first?.fields == ["From", "X-A", "x-b"])
    #expect(rewriting.applied.first?.rule.location == FileLocation(file: "rules", line: 1))
    let changed = header.replacingValues(rewriting.values)
    #expect((0..<4).map { changed.name(of: $0) } == ["From", "X-A", "Subject", "x-b"])
    #expect(changed.value(of: 2) == Array(" @h".utf8) && changed.value(of: 3) == Array(" @e @e".utf8))
  }

  @Test func `ten thousand addresses are replaced, and no more`() throws {
    let many = [String](repeating: " a@h.example", count: 9_999).joined(separator: ",")
    let result = try rewritten(many, "@[a-z]*\\.example\t@e")
    #expect(result == [String](repeating: " a@e", count: 9_999).joined(separator: ","))
    let limit = ReplaceRulesFailure.tooMuchWork(field: "To", expression: "@h")
    #expect(throws: limit) { try rewritten(many + ", @h, @h", "@h\t@e") }
  }

  @Test func `a rule that grows without end is stopped`() {
    // Each "b" that moves to the end doubles itself, so that the value grows exponentially.
    let value = " " + String(repeating: "a", count: 40) + "b"
    #expect(throws: ReplaceRulesFailure.self) { try rewritten(value, "ab\tbba") }
  }

  @Test func `a field is never split into two`() {
    #expect(throws: ReplaceRulesFailure.brokenFold(field: "To")) { try rewritten(" a\r\n From: b", " From\tFrom") }
    #expect(throws: ReplaceRulesFailure.brokenFold(field: "To")) { try rewritten(" a\r\n b", " b\t") }
  }

  @Test func `invalid lines are errors with their place`() {
    #expect(
      problems("a b\n").first?.hasPrefix("rules:1: error: ReplaceRules: the line has no tab between") == true)
    #expect(
      problems("\n\\(a\tb\n").first?.hasPrefix("rules:2: error: ReplaceRules: the expression has a ( without") == true)
    for text in ["a\tba\n", "x*\ty\n", "\ta\n", "^a\tab\n"] {
      #expect(problems(text).count == 1 && problems(text)[0].contains("applied forever"), "\(text)")
    }
    let many = String(repeating: "a\tb\n", count: ReplaceRules.maximumRules + 1)
    #expect(problems(many).count == 1 && problems(many)[0].contains("at most 1000 are applied"))
  }

  @Test func `the settings are loaded`() async throws {
    let folder = try SettingsFolder()
    try folder.write("rules", "@h\t@e\n")
    let (settings, _) = Settings.parse("ReplaceRules \(folder.path)/rules\nReplaceHeaders From,X-*\n", file: "c")
    let (configuration, problems) = await ConfigurationLoader().load(settings)
    #expect(lines(problems) == [])
    let rules = try #require(configuration?.signing.replaceRules)
    let rewriting = try rules.rewriting(of: header([("To", " @h"), ("From", " @h")]))
    #expect(rewriting.values.keys.sorted() == [1])
  }

  @Test(arguments: [
    ("ReplaceRules /nonexistent/rules\n", "c:1: error: ReplaceRules /nonexistent/rules: No such file or directory"),
    ("ReplaceHeaders From\n", "c:1: warning: ReplaceHeaders has no effect without ReplaceRules"),
    ("ReplaceRules /dev/null\nReplaceHeaders a b\n", "c:2: error: ReplaceHeaders: \"a b\" is not a valid header field"),
  ])
  func `mistakes are reported`(text: String, expected: String) async {
    let (settings, _) = Settings.parse(text, file: "c")
    let (_, problems) = await ConfigurationLoader().load(settings)
    #expect(lines(problems).contains { $0.hasPrefix(expected) }, "\(lines(problems))")
  }
}
