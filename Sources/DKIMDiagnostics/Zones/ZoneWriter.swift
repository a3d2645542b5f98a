public import DKIMCore

/// Writes a zone file, or a part of one, with key records.
///
///     var writer = ZoneWriter([.init(domain: domain, record: record)])
///     writer.lifetime = 3600
///     print(writer.text())
public struct ZoneWriter: Sendable {
  /// A key record and the domain it belongs to.
  public struct Entry: Sendable, Hashable {
    /// The signing domain.
    public let domain: DomainName
    /// The record of one of its keys.
    public let record: ZoneRecord

    /// Creates an entry.
    public init(domain: DomainName, record: ZoneRecord) {
      self.domain = domain
      self.record = record
    }
  }

  /// The records, in the order in which they are written within a domain.
  public let entries: [Entry]
  /// How the records are named. If names are relative and the keys belong to several domains, `$ORIGIN` lines are
  /// written.
  public var owner = ZoneRecord.Owner.relative
  /// The TTL of each record, in seconds; `nil`: the default TTL of the zone.
  public var lifetime: Int?
  /// The `$TTL` line and the SOA record; `nil` omits both.
  public var start: ZoneStart?
  /// The name servers of NS records, as they appear in the zone: full names end with a dot. The names are not checked.
  public var nameServers: [String] = []
  /// The domain of the zone, which needs no `$ORIGIN` line; `nil`: the domain of the keys, if all have the same.
  public var domain: DomainName?

  /// Creates a writer for records.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// Returns the text of the zone.
  public func text() -> String {
    var text = start.map { $0.text } ?? ""
    if !nameServers.isEmpty {
      // The owner is omitted if it is the same as on the previous line.
      for (number, server) in nameServers.enumerated() { text += "\(number == 0 ? "@" : "")\tIN\tNS\t\(server)\n" }
      text += "\n"
    }
    let groups = entries.grouped
    let needsOrigins = needsOrigins(groups.map(\.domain))
    for (domain, entries) in groups {
      if needsOrigins { text += "$ORIGIN \(origin(domain))\n" }
      for entry in entries { text += entry.record.zoneFile(owner, lifetime: lifetime) }
    }
    return text
  }

  /// Whether $ORIGIN lines are needed: owner names are relative, and the keys belong to several domains.
  private func needsOrigins(_ domains: [DomainName]) -> Bool {
    if case .absolute = owner { return false }
    let zone = domain ?? (domains.count == 1 ? domains.first : nil)
    return domains.contains { $0 != zone }
  }

  private func origin(_ domain: DomainName) -> String {
    if case .selector = owner { return "_domainkey.\(domain.asciiForm)." }
    return domain.asciiForm + "."
  }
}

extension [ZoneWriter.Entry] {
  /// The entries grouped by domain, in the order in which the domains first occur.
  package var grouped: [(domain: DomainName, entries: [ZoneWriter.Entry])] {
    var numbers: [DomainName: Int] = [:]
    var groups: [(domain: DomainName, entries: [ZoneWriter.Entry])] = []
    for entry in self {
      if let number = numbers[entry.domain] {
        groups[number].entries.append(entry)
      } else {
        numbers[entry.domain] = groups.count
        groups.append((entry.domain, [entry]))
      }
    }
    return groups
  }
}
