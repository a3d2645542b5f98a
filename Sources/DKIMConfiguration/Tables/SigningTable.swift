public import DKIMCore

/// `SigningTable`: which keys sign for which sender.
public struct SigningTable: Sendable {
  let set: any DataSet

  public init(_ set: any DataSet) {
    self.set = set
  }

  /// A row that applies to a sender.
  public struct Match: Sendable, Hashable {
    public let row: DataSetRow
    /// The name to look up in the KeyTable, `%` replaced by the sender's domain.
    public let keyName: String
    /// `i=`, `%` replaced by the sender's domain; `nil` where the row names none.
    public let identity: String?
  }

  /// The rows for a sender: the first, or `all` of them in order.
  public func matches(for sender: MailAddress, all: Bool) async throws(DataSetError) -> [Match] {
    []
  }
}
