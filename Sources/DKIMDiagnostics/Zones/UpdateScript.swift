package import DKIMCore

/// A script for nsupdate(1).
package struct UpdateScript {
  /// The number of records in one DNS message, which is limited to 64 KiB.
  private static let batch = 50

  private let entries: [ZoneWriter.Entry]
  /// The TTL of each record, in seconds.
  private let lifetime: Int
  /// The server to update; `nil`: nsupdate finds the primary server.
  private let server: String?
  /// The zone of all records; `nil`: each domain is a zone.
  private let zone: DomainName?
  /// Whether existing TXT records at the names are deleted first.
  private let replaces: Bool
  /// Returns the command that adds a record with a given TTL.
  private let addition: (ZoneRecord, Int) -> String

  package init(
    _ entries: [ZoneWriter.Entry], lifetime: Int, server: String?, zone: DomainName?, replaces: Bool,
    addition: @escaping (ZoneRecord, Int) -> String = { $0.addition(lifetime: $1) }
  ) {
    self.entries = entries
    self.lifetime = lifetime
    self.server = server
    self.zone = zone
    self.replaces = replaces
    self.addition = addition
  }

  package func text() -> String {
    var text = server.map { "server \($0)\n" } ?? ""
    let groups = zone.map { [(domain: $0, entries: entries)] } ?? entries.grouped
    for (domain, entries) in groups {
      for start in stride(from: 0, to: entries.count, by: Self.batch) {
        text += "zone \(domain.asciiForm)\n"
        for entry in entries[start..<min(start + Self.batch, entries.count)] {
          if replaces { text += entry.record.removal }
          text += addition(entry.record, lifetime)
        }
        text += "send\nanswer\n"
      }
    }
    return text
  }
}
