internal import DKIMCore

extension KeyTable {
  /// A row as it is met on a walk through the whole table.
  public struct Row: Sendable {
    public enum Content: Sendable {
      case entry(Entry)
      /// `%` for the domain: another key for each sender.
      case dependsOnSender
      /// The row makes no sense; the text says why.
      case corrupt(String)
    }

    /// The name of the key.
    public let name: String
    public let place: SourcePlace?
    public let content: Content
  }

  /// A row that says the same whoever sends.
  public struct NamedEntry: Sendable {
    public let name: String
    public let entry: Entry
  }

  /// The rows in order, whatever they say.
  ///
  /// - Parameter limit: how many rows are looked at.
  public func rows(limit: Int = .max) async throws(DataSetError) -> [Row] {
    guard let nobody = try? DomainName("invalid") else { return [] }
    return try await set.allRows(limit: limit).map { row in
      Row(name: row.key, place: row.place, content: content(of: row, sender: nobody))
    }
  }

  /// The rows that do not depend on the sender's domain and make sense, in order: keys that can be read in advance.
  ///
  /// - Parameter limit: how many rows are looked at.
  public func entries(limit: Int = .max) async throws(DataSetError) -> [NamedEntry] {
    try await rows(limit: limit).compactMap { row in
      if case .entry(let entry) = row.content { NamedEntry(name: row.name, entry: entry) } else { nil }
    }
  }

  private func content(of row: DataSetRow, sender: DomainName) -> Row.Content {
    do throws(KeyTableError) {
      let fields = try KeyTableFields(row, name: row.key)
      _ = try fields.selectorName()
      return fields.dependsOnSender ? .dependsOnSender : .entry(try entry(row, name: row.key, senderDomain: sender))
    } catch {
      if case .corrupt(_, let why, _) = error { return .corrupt(why) }
      return .corrupt("\(error)")
    }
  }
}
