@testable import DKIMConfiguration
import Glibc

/// A table of patterns, and a key that is looked up in it, against the C library's regular expressions one by one.
///
/// The first octet says whether letter case counts, the rest of the first line is the key, and then come the rows.
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
      require(rows(set, key, all: false) == Array(all.prefix(1)), "the first hit is not the first of all")
      check(all.compactMap { $0.place?.line }, key, table, isCaseSensitive)
    } catch {
      requirePrintable(error.error.found)
      require(error.place?.line != nil, "a bad row without its line")
    }
  }

  private static func rows(_ set: PatternDataSet, _ key: String, all: Bool) -> [DataSetRow] {
    do { return try set.localRows(for: key, all: all) } catch { fail("a short key is refused: \(error)") }
  }

  private static func check(_ found: [Int], _ key: String, _ table: TextRows, _ isCaseSensitive: Bool) {
    // What the C library does with longer ones takes it too long.
    guard table.count <= 16, !key.utf8.contains(0) else { return }
    for row in 0..<table.count {
      let pattern = Array(table.key(row))
      guard pattern.count <= 40, !pattern.contains(0), !isForgetful(pattern, isCaseSensitive) else { continue }
      let text = TablePattern.translated(pattern)
      guard let expected = matches(text, key, isCaseSensitive) else {
        fail("\(String(decoding: pattern, as: UTF8.self).debugDescription) is taken, the C library refuses it")
      }
      require(
        found.contains(table.place(row)?.line ?? 0) == expected,
        "\(String(decoding: pattern, as: UTF8.self).debugDescription) against \(key.debugDescription): \(expected)")
    }
  }

  /// Where case does not count, the C library forgets to fold an escaped letter, so that it never matches.
  private static func isForgetful(_ pattern: [UInt8], _ isCaseSensitive: Bool) -> Bool {
    !isCaseSensitive && zip(pattern, pattern.dropFirst()).contains { $0 == 0x5C && 97...122 ~= $1 }
  }

  /// `nil` where the C library refuses the expression.
  private static func matches(_ expression: [UInt8], _ text: String, _ isCaseSensitive: Bool) -> Bool? {
    var compiled = unsafe regex_t()
    let flags = REG_EXTENDED | REG_NOSUB | (isCaseSensitive ? 0 : REG_ICASE)
    let octets = expression.map { CChar(bitPattern: $0) } + [0]
    guard unsafe regcomp(&compiled, octets, flags) == 0 else { return nil }
    defer { unsafe regfree(&compiled) }
    return unsafe regexec(&compiled, text, 0, nil, 0) == 0
  }
}
