public import DKIMCore

/// `KeyTable`: names of keys, each with domain, selector and key: `NAME DOMAIN:SELECTOR:KEY[:ALGORITHM]`.
public struct KeyTable: Sendable {
  let set: any DataSet
  private let baseDirectory: String?

  /// - Parameter baseDirectory: where paths of keys begin that start with `./` or `../`; `nil`: the current directory.
  public init(_ set: any DataSet, baseDirectory: String? = nil) {
    self.set = set
    self.baseDirectory = baseDirectory
  }

  /// Why the server of the table could not be asked when it was opened with `SoftStart`: its rows are not for listing.
  package var startProblem: DataSetError? { self.set.startProblem }

  /// Whether its rows are on a server.
  package var asksServer: Bool { self.set.asksServer }

  public struct Entry: Sendable {
    public let domain: DomainName
    public let selector: Selector
    public let key: KeyLocation
    /// The fourth field, where there is one.
    public let algorithm: KeyType?
    public let place: SourcePlace?
  }

  /// The entry of that name, `%` replaced by the domain of the sender; `nil` where the table has no such name.
  public func entry(named name: String, senderDomain: DomainName) async throws(KeyTableError) -> Entry? {
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
      algorithm: fields.algorithm, place: row.place)
  }

  private func location(_ key: String, domain: DomainName) -> KeyLocation {
    guard KeyTableFields.isPath(key) else { return .inline(Array(key.utf8)) }
    // A domain has neither slashes nor empty labels, so it leads to no other folder.
    if key.hasPrefix("/") { return .file(TextOctets.replacingPercent(key, with: domain.aLabel)) }
    return .file(RelativePath.resolved(key, base: baseDirectory))
  }
}

public enum KeyTableError: Error, Sendable, Hashable {
  case dataSet(DataSetError)
  /// The row is there and makes no sense.
  case corrupt(name: String, why: String, place: SourcePlace?)
}

extension KeyTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .dataSet(let error): "KeyTable: \(error)"
    case .corrupt(let name, let why, let place):
      "KeyTable entry for '\(TextOctets.shown(name))' corrupt: \(why)" + (place.map { " (\($0))" } ?? "")
    }
  }
}
