package import DKIMCore

/// The `KeyTable`. Each row has a name and a key: `NAME DOMAIN:SELECTOR:KEY[:ALGORITHM]`.
package struct KeyTable: Sendable {
  let set: any DataSet
  private let baseDirectory: String?

  /// - Parameter baseDirectory: the directory for key paths that start with `./` or `../`; `nil`: the current one.
  package init(_ set: any DataSet, baseDirectory: String? = nil) {
    self.set = set
    self.baseDirectory = baseDirectory
  }

  /// The error if the table was opened with `SoftStart` and its server was unavailable; its rows cannot be listed then.
  package var startProblem: DataSetError? { self.set.startProblem }

  /// True if the rows are on a server.
  package var asksServer: Bool { self.set.asksServer }

  /// A row with its fields parsed, and `%` replaced.
  package struct Entry: Sendable {
    package let domain: DomainName
    package let selector: Selector
    package let key: KeyLocation
    /// The fourth field; `nil` if there is none.
    package let algorithm: KeyType?
    package let location: FileLocation?
  }

  /// Looks up a name, and replaces `%` with the sender's domain. Returns `nil` if the table does not have the name.
  package func entry(named name: String, senderDomain: DomainName) async throws(KeyTableError) -> Entry? {
    let row: DataSetRow?
    do throws(DataSetError) {
      row = try await set.rows(for: name, all: false).first
    } catch {
      throw .dataSet(error)
    }
    guard let row else { return nil }
    return try entry(row, name: name, senderDomain: senderDomain)
  }

  func entry(_ row: DataSetRow, name: String, senderDomain: DomainName) throws(KeyTableError) -> Entry {
    let fields = try KeyTableFields(row, name: name)
    let domain = try fields.domain(of: senderDomain)
    return Entry(
      domain: domain, selector: try fields.selectorName(), key: location(fields.key, domain: domain),
      algorithm: fields.algorithm, location: row.location)
  }

  private func location(_ key: String, domain: DomainName) -> KeyLocation {
    guard KeyTableFields.isPath(key) else { return .inline(Array(key.utf8)) }
    // A domain has no slashes and no empty labels, so it cannot lead to another directory.
    if key.hasPrefix("/") { return .file(TextBytes.replacingPercent(key, with: domain.asciiForm)) }
    return .file(RelativePath.resolved(key, base: baseDirectory))
  }
}

/// An error while looking up a key.
package enum KeyTableError: Error, Sendable, Hashable {
  case dataSet(DataSetError)
  /// The row exists, but is invalid.
  case corrupt(name: String, why: String, location: FileLocation?)
}

extension KeyTableError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .dataSet(let error): "KeyTable: \(error)"
    case .corrupt(let name, let why, let location):
      "KeyTable entry for '\(PrintableText.beginning(of: name))' corrupt: \(why)" + (location.map { " (\($0))" } ?? "")
    }
  }
}
