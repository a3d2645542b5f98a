import TestSupport

/// The sections, tables and literals of Docs/MigratingFromOpenDKIM.md.
struct MigrationDocument {
  let lines: [Substring]

  init() throws {
    let bytes = try TestFiles.read(TestFiles.package.appending("Docs/MigratingFromOpenDKIM.md").string)
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The text on one line, so that a sentence can be found regardless of its line breaks.
  var text: String { lines.map { $0.trimmed }.filter { !$0.isEmpty }.joined(separator: " ") }

  /// Returns the lines after a heading, up to the next heading.
  func section(_ heading: String) -> [Substring] {
    let rest = lines.drop { $0 != "## \(heading)" }.dropFirst()
    return Array(rest.prefix { !$0.hasPrefix("## ") })
  }

  /// Returns the rows of the table in a section, each with its cells.
  func table(in heading: String) -> [[String]] {
    let rows = section(heading).filter { $0.hasPrefix("| ") }
    return rows.dropFirst().map { row in row.dropFirst().dropLast().split(separator: "|").map { $0.trimmed } }
  }

  /// Returns the lines of a section that are indented as code.
  func code(in heading: String) -> [String] {
    section(heading).filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
  }

  /// Returns the texts between backticks, in order.
  static func literals(in text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  var literals: [String] { Self.literals(in: text) }
}
