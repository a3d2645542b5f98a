@testable import DKIMConfiguration
import Glibc

/// Looks up a key in a table of patterns, and compares the result with the C library's regular expressions for each
/// row.
///
/// The first byte determines whether letter case counts; the rest of the first line is the key; the rows follow.
enum TablePatternTarget {
  static func run(_ input: [UInt8]) {
    guard let flags = input.first else { return }
    let isCaseSensitive = flags & 1 != 0
    let lines = input.dropFirst().split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(decoding: lines[0].prefix(200), as: UTF8.self)
    let table = TextRows(lines: lines.count > 1 ? Array(lines[1]) : [], file: "table")
    do throws(PatternDataSet.BadRow) {
      let set = try PatternDataSet(specification: "refile:table", table: table, isCaseSensitive: isCaseSensitive)
      let all = rows(set, key, all: true)
      require(rows(set, key, all: false) == Array(all.prefix(1)), "the first match is not the first of all matches")
      check(all.compactMap { $0.location?.line }, key, table, isCaseSensitive)
    } catch {
      requirePrintable(error.error.found)
      require(error.location?.line != nil, "an invalid row without a line number")
    }
  }

  private static func rows(_ set: PatternDataSet, _ key: String, all: Bool) -> [DataSetRow] {
    do { return try set.localRows(for: key, all: all) } catch { fail("a short key is rejected: \(error)") }
  }

  private static func check(_ found: [Int], _ key: String, _ table: TextRows, _ isCaseSensitive: Bool) {
    // For longer patterns, the C library takes too long.
    guard table.count <= 16, !key.utf8.contains(0) else { return }
    for row in 0..<table.count {
      let pattern = Array(table.key(row))
      guard pattern.count <= 40, !pattern.contains(0), !isForgetful(pattern, isCaseSensitive) else { continue }
      let text = TablePattern.translated(pattern)
      guard let expected = matches(text, key, isCaseSensitive) else {
        fail("\(String(decoding: pattern, as: UTF8.self).debugDescription) is accepted, but the C library rejects it")
      }
      require(
        found.contains(table.location(row)?.line ?? 0) == expected,
        "\(String(decoding: pattern, as: UTF8.self).debugDescription) against \(key.debugDescription): \(expected)")
    }
  }

  /// If letter case is ignored, the C library does not fold escaped letters, so they never match.
  private static func isForgetful(_ pattern: [UInt8], _ isCaseSensitive: Bool) -> Bool {
    !isCaseSensitive && zip(pattern, pattern.dropFirst()).contains { $0 == 0x5C && 97...122 ~= $1 }
  }

  /// Returns whether the expression matches; `nil` if the C library rejects it.
  private static func matches(_ expression: [UInt8], _ text: String, _ isCaseSensitive: Bool) -> Bool? {
    var compiled = unsafe regex_t()
    let flags = REG_EXTENDED | REG_NOSUB | (isCaseSensitive ? 0 : REG_ICASE)
    let bytes = expression.map { CChar(bitPattern: $0) } + [0]
    guard unsafe regcomp(&compiled, bytes, flags) == 0 else { return nil }
    defer { unsafe regfree(&compiled) }
    return unsafe regexec(&compiled, text, 0, nil, 0) == 0
  }
}
