/// One row: a key, or the pattern that matched, and its value.
public struct DataSetRow: Sendable, Hashable {
  /// As it was written.
  public let key: String
  /// What stands behind the key; `nil` where nothing does.
  public let value: Value?
  /// Which line it is; `nil` for rows that come from no file.
  public let place: SourcePlace?

  /// A value as the kind stores it.
  public enum Value: Sendable, Hashable {
    /// One text, to be cut into fields at colons.
    case text(String)
    /// Columns of a database; `nil` where a column is NULL.
    case columns([String?])
  }

  public init(key: String, value: Value?, place: SourcePlace?) {
    self.key = key
    self.value = value
    self.place = place
  }

  /// At most `count` fields: a text is cut at colons from the left, and the last field takes the rest.
  public func fields(_ count: Int) -> [String?] {
    guard count > 0 else { return [] }
    return switch value {
    case nil: []
    case .text(let text):
      // Octets: characters take ten times as long to tell apart.
      text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: count - 1, omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    case .columns(let columns): Array(columns.prefix(count))
    }
  }
}
