/// A row: a key or a pattern, and its value.
package struct DataSetRow: Sendable, Hashable {
  /// The key as it was written.
  package let key: String
  /// The value after the key; `nil` if there is none.
  package let value: Value?
  /// The file and line of the row; `nil` for rows that do not come from a file.
  package let location: FileLocation?

  /// A value as the kind stores it.
  package enum Value: Sendable, Hashable {
    /// A text with fields separated by colons.
    case text(String)
    /// Columns of a database; `nil` for NULL.
    case columns([String?])
  }

  package init(key: String, value: Value?, location: FileLocation?) {
    self.key = key
    self.value = value
    self.location = location
  }

  /// Returns at most `count` fields. A text is split at colons from the left; the last field has the rest of the text.
  package func fields(_ count: Int) -> [String?] {
    guard count > 0 else { return [] }
    return switch value {
    case nil: []
    case .text(let text):
      // Splitting bytes is ten times as fast as splitting characters.
      text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: count - 1, omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    case .columns(let columns): Array(columns.prefix(count))
    }
  }
}
