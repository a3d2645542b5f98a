/// The rows of a host list, indexed for fast lookups: host names by name, networks by address and prefix length.
struct HostIndex: Sendable {
  private struct Network: Hashable {
    let address: IPAddress
    /// The prefix length; `nil` for an address without one, which takes precedence over networks.
    let bits: Int?
  }

  fileprivate struct Rows {
    var plain: DataSetRow?
    var negated: DataSetRow?
  }

  /// Rows with names, by the name in lower case without `!`.
  private var names: [String: Rows] = [:]
  private var networks: [Network: Rows] = [:]
  /// The prefix lengths that occur, longest first.
  private var lengths4: [Int] = []
  private var lengths6: [Int] = []

  init(_ rows: [DataSetRow]) {
    for row in rows {
      if let network = HostNetwork(row.key) {
        networks[Network(address: network.address, bits: network.bits), default: Rows()].add(
          row, negated: network.isNegated)
        guard let bits = network.bits else { continue }
        if network.address.isIPv6 { lengths6.append(bits) } else { lengths4.append(bits) }
      } else {
        let isNegated = row.key.hasPrefix("!")
        let name = TextBytes.folded(String(isNegated ? row.key.dropFirst() : row.key[...]))
        names[name, default: Rows()].add(row, negated: isNegated)
      }
    }
    lengths4 = Set(lengths4).sorted(by: >)
    lengths6 = Set(lengths6).sorted(by: >)
  }

  func decide(_ keys: [String]) -> HostList.Decision {
    for key in keys {
      if let rows = names[TextBytes.folded(key)] { return rows.decision(key) }
    }
    return .absent
  }

  func decide(_ address: IPAddress) -> HostList.Decision {
    if let rows = networks[Network(address: address, bits: nil)] { return rows.decision("\(address)") }
    for bits in address.isIPv6 ? lengths6 : lengths4 {
      let masked = address.masked(to: bits)
      if let rows = networks[Network(address: masked, bits: bits)] { return rows.decision("\(masked)/\(bits)") }
    }
    return .absent
  }
}

extension HostIndex.Rows {
  /// Adds a row; of several plain or several negated rows, the first one is used.
  fileprivate mutating func add(_ row: DataSetRow, negated isNegated: Bool) {
    if isNegated { negated = negated ?? row } else { plain = plain ?? row }
  }

  fileprivate func decision(_ key: String) -> HostList.Decision {
    if let negated { return .excluded(HostList.Match(row: negated, key: "!" + key)) }
    return plain.map { .listed(HostList.Match(row: $0, key: key)) } ?? .absent
  }
}
