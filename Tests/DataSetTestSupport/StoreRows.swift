import DKIMConfiguration
import Testing

/// Rows that every kind of store must be able to store and return.
enum StoreRows {
  /// Keys with values of one text each. They contain characters that are special in some stores or protocols, but not
  /// here.
  static let odd: [(key: String, value: String)] = [
    ("plain", "value"),
    ("key@example.com", "example.com:sel:/etc/dkimkeys/k.private"),
    (".example.com", "leading dot"),
    ("*", "asterisk"),
    ("empty", ""),
    ("colons", "::a::"),
    ("quotes'\"`", "it's \"quoted\" `so`; -- $d $D % _ \\ =41"),
    ("bücher@bücher.example", "Wert für Grüße"),
    ("long", String(repeating: "0123456789", count: 10_000)),
  ]

  /// Ten thousand more.
  static let many: [(key: String, value: String)] = (0..<10_000).map {
    ("user\($0)@example.com", "d\($0).example:s\($0):/keys/\($0)")
  }

  /// Keys that are not stored.
  static let absent = [
    "absent", "", " ", "plai", "plainx", "' OR '1'='1", "*)(objectClass=*", "a,dc=b", "x\r\nget plain", "nul\u{0}",
    "%", "_____", String(repeating: "k", count: 5000), "\u{FFFD}", "ü",
  ]

  /// Looks up all rows, each with its whole value as one field.
  static func expectAll(
    in set: any DataSet, skipping: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for (key, value) in odd where !skipping.contains(key) {
      let found = try await set.rows(for: key, all: false).first?.fields(1).first ?? nil
      #expect(found == value, "\(key)", sourceLocation: sourceLocation)
    }
    for key in absent where !skipping.contains(key) {
      let rows = try await set.rows(for: key, all: false)
      #expect(rows.isEmpty, "\(key.debugDescription): \(rows)", sourceLocation: sourceLocation)
    }
    for (key, value) in stride(from: 0, to: many.count, by: 97).map({ many[$0] }) {
      let found = try await set.rows(for: key, all: false).first?.fields(1).first ?? nil
      #expect(found == value, "\(key)", sourceLocation: sourceLocation)
    }
  }
}
