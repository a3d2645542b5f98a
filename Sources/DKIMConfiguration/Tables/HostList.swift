/// A list of hosts: names, `.domains`, addresses and networks, any of them negated with `!`. (`InternalHosts`,
/// `PeerList`, `ExternalIgnoreList`)
///
/// Names come first: the name itself, then its parents with a leading dot, shortest last. Then the address: itself,
/// then its networks, longest prefix first. At each step a negated row comes before a plain one and ends the search
/// among names, or among addresses.
public struct HostList: Sendable {
  let set: any DataSet
  /// Rows that are in memory and literal, ready to be searched.
  private let index: HostIndex?

  public init(_ set: any DataSet) {
    self.set = set
    guard !set.matchesPatterns, let local = set as? any LocalDataSet else {
      index = nil
      return
    }
    index = HostIndex(local.allLocalRows())
  }

  /// `127.0.0.1,::1`
  public static let loopback = HostList(
    TextDataSet(
      specification: "127.0.0.1,::1", table: TextRows(list: "127.0.0.1,::1", place: nil), isCaseSensitive: false))

  public struct Match: Sendable, Hashable {
    public let row: DataSetRow
    /// What was looked up when it was found, such as `192.0.2.0/24` or `.example.com`.
    public let key: String

    public init(row: DataSetRow, key: String) {
      self.row = row
      self.key = key
    }
  }

  /// What the list says about a client.
  public enum Decision: Sendable, Hashable {
    case listed(Match)
    /// A negated row applies, and no other row made up for it.
    case excluded(Match)
    case absent

    /// The row that puts the client into the list.
    public var match: Match? {
      if case .listed(let match) = self { match } else { nil }
    }
  }

  /// Whether a client is in the list, and by which row. A negated row is no match.
  public func match(name: String?, address: IPAddress?) async throws(DataSetError) -> Match? {
    try await decision(name: name, address: address).match
  }

  /// The same, telling a client that a negated row keeps out from one that is in no row.
  public func decision(name: String?, address: IPAddress?) async throws(DataSetError) -> Decision {
    let byName = try await decide(HostKeys.names(name ?? ""))
    // A negated name keeps only names from matching, not the address.
    if case .listed = byName { return byName }
    guard let address else { return byName }
    var byAddress = Decision.absent
    if let mapped = address.mappedIPv4 { byAddress = try await decide(address: mapped) }
    if byAddress == .absent { byAddress = try await decide(address: address) }
    return byAddress == .absent ? byName : byAddress
  }

  private func decide(address: IPAddress) async throws(DataSetError) -> Decision {
    if let index { return index.decide(address) }
    return try await decide(HostKeys.addresses(address))
  }

  private func decide(_ keys: [String]) async throws(DataSetError) -> Decision {
    if let index { return index.decide(keys) }
    for key in keys {
      // There may be hundreds of questions, each within its own time.
      if Task.isCancelled { throw .temporary("the look-ups of one client take too long altogether") }
      if let row = try await negatedRow(key) { return .excluded(Match(row: row, key: "!" + key)) }
      if let row = try await listedRow(key) { return .listed(Match(row: row, key: key)) }
    }
    return .absent
  }
}

extension HostList {
  /// The row that puts a client into the list by this key.
  private func listedRow(_ key: String) async throws(DataSetError) -> DataSetRow? {
    try await set.rows(for: key, all: false).first
  }

  /// True for a pattern without a letter or digit of a name or address.
  static func isForEveryHost(_ row: DataSetRow) -> Bool {
    TextOctets.contains(row.key, "*")
      && row.key.utf8.allSatisfy { octet in "*.:[]/!".utf8.contains(octet) || TextOctets.isBlank(octet) }
  }

  /// The row that keeps a client out by this key.
  ///
  /// A pattern for every host, such as `*`, matches the negated key of each client, which is looked up first: nobody is
  /// in the list, whatever its other rows are. So it is in OpenDKIM, and mail of the whole world must not be signed.
  /// `*.example.com` matches `!mail.example.com` too, and negates nothing by that.
  private func negatedRow(_ key: String) async throws(DataSetError) -> DataSetRow? {
    let rows = try await set.rows(for: "!" + key, all: set.matchesPatterns)
    guard set.matchesPatterns else { return rows.first }
    return rows.first { $0.key.utf8.first == UInt8(ascii: "!") || Self.isForEveryHost($0) }
  }
}

/// What is looked up for a client, in order, without the `!`.
enum HostKeys {
  /// `mail.example.com`, `.example.com`, `.com`. A dot at the end is none of the name.
  static func names(_ name: String) -> [String] {
    // DNS has no longer names; an MTA may still send one.
    guard name.utf8.count <= 1024 else { return [] }
    let name = name.utf8.last == UInt8(ascii: ".") ? String(name.dropLast()) : name
    guard !name.isEmpty else { return [] }
    return [name] + TextOctets.fromDots(name).filter { $0.utf8.count < name.utf8.count }
  }

  /// The address, then its networks, each plain and in brackets.
  static func addresses(_ address: IPAddress) -> [String] {
    var keys = ["\(address)", "[\(address)]"]
    for bits in (0...address.octets.count * 8).reversed() {
      let network = address.masked(to: bits)
      keys += ["\(network)/\(bits)", "[\(network)]/\(bits)"]
    }
    return keys
  }
}
