internal import DKIMCore

/// A file with patterns. (`refile:`)
///
/// A lookup returns the first row that matches, or all of them in the order of the file.
struct PatternDataSet: LocalDataSet {
  let specification: String
  var isEmpty: Bool { table.count == 0 }
  var matchesPatterns: Bool { true }
  private let table: TextRows
  private let rule: CaseRule
  private var patterns: [TablePattern] = []
  private var index = AffixIndex()

  /// The error that a row is not a valid pattern.
  struct BadRow: Error {
    let location: FileLocation?
    let pattern: String
    let error: PatternError
  }

  /// The maximum length, in bytes, of a key that is compared with a pattern other than plain text with at most one
  /// `*`. If such a pattern may match a longer key, the lookup fails.
  static let maximumKeyLength = 4096

  init(specification: String, table: TextRows, isCaseSensitive: Bool) throws(BadRow) {
    self.specification = specification
    self.table = table
    rule = CaseRule(isSensitive: isCaseSensitive)
    patterns.reserveCapacity(table.count)
    for row in 0..<table.count {
      do throws(PatternError) {
        let pattern = try TablePattern(table.key(row), rule)
        patterns.append(pattern)
        index.insert(row, prefix: pattern.prefix, suffix: pattern.suffix)
      } catch {
        throw BadRow(location: table.location(row), pattern: table.row(row).key, error: error)
      }
    }
  }

  func localRows(for key: String, all: Bool) throws(DataSetError) -> [DataSetRow] {
    let text = rule.folded(key.utf8)
    var found: [DataSetRow] = []
    for number in index.candidates(text).sorted() {
      let pattern = patterns[Int(number)]
      if pattern.isCostly, text.count > Self.maximumKeyLength {
        throw .unusable(
          "the lookup key has \(text.count) bytes, but patterns accept at most \(Self.maximumKeyLength) bytes")
      }
      guard pattern.fitsRest(text[...]) else { continue }
      found.append(table.row(Int(number)))
      if !all { break }
    }
    return found
  }

  func allLocalRows() -> [DataSetRow] { table.all() }

  func problems() async -> [ConfigurationProblem] { problems(everyRowCounts: false) }

  /// Returns warnings about duplicates, and about patterns that are probably misunderstood.
  ///
  /// - Parameter everyRowCounts: true if a pattern may occur several times with different values.
  func problems(everyRowCounts: Bool) -> [ConfigurationProblem] {
    var problems = ProblemList()
    var first: [[UInt8]: Int] = [:]
    for row in 0..<table.count {
      let key = rule.folded(table.key(row))
      let shown = PrintableText.beginning(of: table.row(row).key)
      if let earlier = first[key], !everyRowCounts || table.row(earlier).value == table.row(row).value {
        let line = table.location(earlier)?.line.map { " of line \($0)" } ?? ""
        problems.add(
          ConfigurationProblem(
            .warning, at: table.location(row), "the pattern \"\(shown)\" is a duplicate\(line)",
            fix: "remove one of the two rows"))
      }
      first[key] = first[key] ?? row
      if let (text, fix) = PatternAdvice.misunderstanding(key) {
        problems.add(
          ConfigurationProblem(.warning, at: table.location(row), "the pattern \"\(shown)\": \(text)", fix: fix))
      }
    }
    return problems.all
  }
}

/// Detects patterns that probably do not mean what their author intended.
enum PatternAdvice {
  static func misunderstanding(_ pattern: [UInt8]) -> (text: String, fix: String)? {
    let pairs = zip(pattern, pattern.dropFirst())
    if pairs.contains(where: { $0 == 0x5C && ($1 == 0x2E || $1 == 0x2B || $1 == 0x2A) }) {
      return (
        "\\ before a dot, + or * does not escape it, but matches a \\ or a dot",
        "write it without \\: a dot or + already matches only itself"
      )
    }
    // At the start or after an @, .* is probably meant as in a regular expression. Elsewhere the dot is probably meant
    // literally, as in 192.0.2.*
    let starts = pattern.indices.filter { $0 == 0 || pattern[$0 - 1] == UInt8(ascii: "@") }
    if starts.contains(where: { pattern[$0...].starts(with: ".*".utf8) }) {
      return ("a dot matches only a dot, so .* matches a dot and then any text", "write * alone to match any text")
    }
    var depth = 0
    for byte in pattern {
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      if byte == UInt8(ascii: "|"), depth <= 0 {
        return (
          "| splits the whole pattern: the first part matches only at the start, and the last part only at the end",
          "write (a|b)"
        )
      }
    }
    return nil
  }
}
