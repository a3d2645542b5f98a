/// A list of hosts: names, `.domains`, addresses and networks, any of them negated. (`InternalHosts`, `PeerList`,
/// `ExternalIgnoreList`)
public struct HostList: Sendable {
  let set: any DataSet

  public init(_ set: any DataSet) {
    self.set = set
  }

  /// `127.0.0.1,::1`
  public static let loopback = HostList(EmptyDataSet())

  public struct Match: Sendable, Hashable {
    public let row: DataSetRow
    /// What was looked up when it was found, such as `192.0.2.0/24` or `.example.com`.
    public let key: String
  }

  /// Whether a client is in the list, and by which row. A negated row is no match.
  public func match(name: String?, address: IPAddress?) async throws(DataSetError) -> Match? {
    nil
  }
}

struct EmptyDataSet: DataSet {
  let specification = "empty"
  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] { [] }
  func allRows() async throws(DataSetError) -> [DataSetRow] { [] }
}
