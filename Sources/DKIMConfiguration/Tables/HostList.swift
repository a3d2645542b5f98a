/// A list of hosts: names, `.domains`, addresses and networks, each of which may be negated with `!`. (`InternalHosts`,
/// `PeerList`, `ExternalIgnoreList`)
///
/// A client is looked up first by name: the name itself, then its parent domains with a leading dot, longest first.
/// Then by address: the address itself, then its networks, longest prefix first. At each step `!key` is looked up
/// before `key`. The first row found ends the search by name or by address; a negated name still leaves the search by
/// address.
package struct HostList: Sendable {
  let set: any DataSet
  /// An index of the rows, if they are in memory and not patterns.
  private let index: HostIndex?

  package init(_ set: any DataSet) {
    self.set = set
    guard !set.matchesPatterns, let local = set as? any LocalDataSet else {
      index = nil
      return
    }
    index = HostIndex(local.allLocalRows())
  }

  /// `127.0.0.1,::1`
  package static let loopback = HostList(
    TextDataSet(
      specification: "127.0.0.1,::1", table: TextRows(list: "127.0.0.1,::1", location: nil), isCaseSensitive: false))

  /// A row that was found, and its lookup key.
  package struct Match: Sendable, Hashable {
    package let row: DataSetRow
    /// The key under which the row was found, such as `192.0.2.0/24` or `.example.com`.
    package let key: String

    package init(row: DataSetRow, key: String) {
      self.row = row
      self.key = key
    }
  }

  /// The result of looking up a client.
  package enum Decision: Sendable, Hashable {
    case listed(Match)
    /// A negated row applies. If it was found by name, no row matches the address.
    case excluded(Match)
    case absent

    /// The row that includes the client; `nil` if the client is not in the list.
    package var match: Match? {
      if case .listed(let match) = self { match } else { nil }
    }
  }

  /// Returns the row that includes a client; `nil` if there is none, or if a negated row excludes the client.
  package func match(name: String?, address: IPAddress?) async throws(DataSetError) -> Match? {
    try await decision(name: name, address: address).match
  }

  /// Looks up a client, and distinguishes a client that a negated row excludes from one that no row matches.
  package func decision(name: String?, address: IPAddress?) async throws(DataSetError) -> Decision {
    let byName = try await decide(HostKeys.names(name ?? ""))
    // A negated name ends only the search by name; the address can still match.
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
      // There may be hundreds of lookups, each with a time limit of its own.
      if Task.isCancelled { throw .temporary("lookups for this client exceeded the time limit") }
      if let row = try await negatedRow(key) { return .excluded(Match(row: row, key: "!" + key)) }
      if let row = try await listedRow(key) { return .listed(Match(row: row, key: key)) }
    }
    return .absent
  }
}

extension HostList {
  /// The row that includes clients by this key.
  private func listedRow(_ key: String) async throws(DataSetError) -> DataSetRow? {
    try await set.rows(for: key, all: false).first
  }

  /// True for a pattern that matches every host, because it has no letter or digit.
  static func isForEveryHost(_ row: DataSetRow) -> Bool {
    TextBytes.contains(row.key, "*")
      && row.key.utf8.allSatisfy { byte in "*.:[]/!".utf8.contains(byte) || TextBytes.isBlank(byte) }
  }

  /// The row that excludes clients by this key.
  ///
  /// A pattern that matches every host, such as `*`, also matches the negated key of each client. That key is looked up
  /// first, so no client is in the list, regardless of its other rows. OpenDKIM does the same, and it keeps mail of
  /// arbitrary clients from being signed. `*.example.com` also matches `!mail.example.com`, but does not count as a
  /// negated row.
  private func negatedRow(_ key: String) async throws(DataSetError) -> DataSetRow? {
    let rows = try await set.rows(for: "!" + key, all: set.matchesPatterns)
    guard set.matchesPatterns else { return rows.first }
    return rows.first { $0.key.utf8.first == UInt8(ascii: "!") || Self.isForEveryHost($0) }
  }
}

/// The lookup keys of a client, in order, without the `!`.
enum HostKeys {
  /// `mail.example.com`, `.example.com` and `.com` for `mail.example.com`. A trailing dot is removed.
  static func names(_ name: String) -> [String] {
    // Longer names do not exist in DNS, but an MTA could send one.
    guard name.utf8.count <= 1024 else { return [] }
    let name = name.utf8.last == UInt8(ascii: ".") ? String(name.dropLast()) : name
    guard !name.isEmpty else { return [] }
    return [name] + TextBytes.fromDots(name).filter { $0.utf8.count < name.utf8.count }
  }

  /// The address, then its networks, each without and with brackets.
  static func addresses(_ address: IPAddress) -> [String] {
    var keys = ["\(address)", "[\(address)]"]
    for bits in (0...address.bytes.count * 8).reversed() {
      let network = address.masked(to: bits)
      keys += ["\(network)/\(bits)", "[\(network)]/\(bits)"]
    }
    return keys
  }
}
