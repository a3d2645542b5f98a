/// Patterns of field names, prepared for many lookups.
struct NamePatterns: Sendable {
  /// Patterns without `*`.
  private let names: [HeaderFieldName]
  /// Patterns with `*`.
  private let wildcards: [[UInt8]]

  init(_ patterns: [String]) {
    names = patterns.filter { !$0.contains("*") }.compactMap { try? HeaderFieldName($0) }
    wildcards = patterns.filter { $0.contains("*") }.map { Array($0.utf8) }
  }

  /// Returns true if one of the patterns matches the name; `hash` is the hash of the name.
  func match(_ name: Span<UInt8>, hash: UInt64) -> Bool {
    for known in names where known.hash == hash && HeaderFieldName.equal(known.bytes.span, name) { return true }
    for wildcard in wildcards where Self.matches(wildcard.span, name) { return true }
    return false
  }

  /// Matches greedily with a single backtracking point.
  private static func matches(_ pattern: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
    let asterisk = UInt8(ascii: "*")
    var (p, n) = (0, 0)
    var back: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == asterisk {
        back = (p, n)
        p += 1
      } else if p < pattern.count, ASCII.lowercased(pattern[p]) == ASCII.lowercased(name[n]) {
        p += 1
        n += 1
      } else if let point = back {
        back = (point.pattern, point.name + 1)
        (p, n) = (point.pattern + 1, point.name + 1)
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == asterisk { p += 1 }
    return p == pattern.count
  }
}
