internal import DKIMCore

extension KeyTable {
  /// A row in a listing of the whole table.
  package struct Row: Sendable {
    package enum Content: Sendable {
      case entry(Entry)
      /// The domain is `%`, so the entry depends on the sender's domain.
      case dependsOnSender
      /// The row is invalid; the text says why.
      case corrupt(String)
    }

    /// The name of the key.
    package let name: String
    package let location: FileLocation?
    package let content: Content
  }

  /// An entry that does not depend on the sender, with its name.
  package struct NamedEntry: Sendable {
    package let name: String
    package let entry: Entry
  }

  /// Returns all rows in order, including invalid ones.
  ///
  /// - Parameter limit: the most rows that are read.
  package func rows(limit: Int = .max) async throws(DataSetError) -> [Row] {
    guard let placeholder = try? DomainName("invalid") else { return [] }
    return try await set.allRows(limit: limit).map { row in
      Row(name: row.key, location: row.location, content: content(of: row, sender: placeholder))
    }
  }

  /// Returns the valid entries that do not depend on the sender's domain, in order. Their keys can be read in advance.
  ///
  /// - Parameter limit: the most rows that are read.
  package func entries(limit: Int = .max) async throws(DataSetError) -> [NamedEntry] {
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
