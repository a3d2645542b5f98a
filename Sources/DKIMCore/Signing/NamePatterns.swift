/// Patterns of field names, made ready for many look-ups.
struct NamePatterns: Sendable {
  /// Those without `*`.
  private let names: [FieldName]
  /// Those with.
  private let wildcards: [[UInt8]]

  init(_ patterns: [String]) {
    names = patterns.filter { !$0.contains("*") }.map { FieldName($0) }
    wildcards = patterns.filter { $0.contains("*") }.map { Array($0.utf8) }
  }

  /// True where one of the patterns is the name; `hash` is that of the name.
  func match(_ name: Span<UInt8>, hash: UInt64) -> Bool {
    for known in names where known.hash == hash && FieldName.equal(known.octets.span, name) { return true }
    for wildcard in wildcards where Self.matches(wildcard.span, name) { return true }
    return false
  }

  /// Greedy, with one point to go back to.
  private static func matches(_ pattern: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
    let asterisk = UInt8(ascii: "*")
    var (p, n) = (0, 0)
    var back: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == asterisk {
        back = (p, n)
        p += 1
      } else if p < pattern.count, Octets.lowercased(pattern[p]) == Octets.lowercased(name[n]) {
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
