public import DKIMCore

/// `KeyTable`: names of keys, each with domain, selector and key.
public struct KeyTable: Sendable {
  let set: any DataSet

  public init(_ set: any DataSet) {
    self.set = set
  }

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
    nil
  }
}

public enum KeyTableError: Error, Sendable, Hashable {
  case dataSet(DataSetError)
  /// The row is there and makes no sense.
  case corrupt(name: String, why: String, place: SourcePlace?)
}
