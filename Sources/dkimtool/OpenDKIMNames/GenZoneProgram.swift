import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import DKIMMilter

/// `opendkim-genzone`: prints the records of the keys of a KeyTable as a zone file or a script for nsupdate(1).
struct GenZoneProgram {
  private static let usage = ProgramUsage(
    status: .usage, summary: "[opts] [dataset]",
    lines: [
      "\t-C user@host\tcontact address to include in SOA",
      "\t-d domain   \twrite keys for named domain only",
      "\t-D          \tinclude '._domainkey' suffix",
      "\t-E secs     \tuse specified expiration time in SOA",
      "\t-F          \tinclude '._domainkey' suffix and domainname",
      "\t-M          \trestricts the keys for use in e-mail signing only",
      "\t-o file     \toutput file",
      "\t-N ns[,...] \tlist NS records",
      "\t-r secs     \tuse specified refresh time in SOA",
      "\t-R secs     \tuse specified retry time in SOA",
      "\t-s          \twith -d, also match subdomains",
      "\t-S          \twrite an SOA record",
      "\t-t secs     \tuse specified per-record TTL",
      "\t-T secs     \tuse specified default TTL in SOA",
      "\t-u          \tproduce output suitable for use by \"nsupdate\"",
      "\t-v          \tverbose output",
      "\t-x file     \tconfiguration file",
    ])

  private let arguments: GetoptArguments
  private let zone: OpenDKIMZone
  private let domain: DomainName?

  init(_ arguments: [String]) throws {
    self.arguments = try GetoptArguments(arguments, letters: "C:d:DE:FMN:o:r:R:sSt:T:uvx:", usage: Self.usage)
    zone = try OpenDKIMZone(self.arguments)
    do { domain = try self.arguments.value("d").map { try DomainName($0) } } catch {
      throw ProgramEnd(ExitStatus.usage.rawValue, PrintableText.escaped("invalid domain: \(error)"))
    }
    guard domain != nil || !self.arguments.has("s") else {
      throw ProgramEnd(ExitStatus.usage.rawValue, "subdomain matching requires a domain")
    }
  }

  /// - Returns: the exit status.
  func run() async throws -> Int32 {
    let rows = try await rows()
    let keys = ZoneKeys(
      rows,
      .init(
        domain: domain, subdomains: arguments.has("s"), emailOnly: arguments.has("M"), stopsAtFailure: true),
      report: report)
    guard keys.failures == 0 else {
      // The file is not changed: an incomplete set of keys must not replace the complete set.
      if !arguments.has("o"), !arguments.has("u") { try zone.write(zoneText(keys)) }
      return 1
    }
    try zone.write(arguments.has("u") ? script(keys) : zoneText(keys))
    if arguments.verbosity >= 1 { try zone.reportWritten(keys.entries.count) }
    return 0
  }

  private func rows() async throws -> [NamedKey] {
    let settings = try ProgramSettings.load(arguments.value("x"))
    let table: (any DataSet)?
    do throws(DataSetOpenError) {
      table =
        if let operand = arguments.operands.first {
          try await settings.open(specification: operand)
        } else {
          try await settings.openKeyTable()
        }
    } catch {
      throw ProgramEnd(1, "dkimf_db_open(): \(error.openDKIMWords)")
    }
    guard let table else { throw Self.usage.end() }
    say(1, "database opened")
    return try await NamedKey.rows(of: table, base: settings.settings[Setting.baseDirectory])
  }

  // MARK: Output

  private func zoneText(_ keys: ZoneKeys) -> String {
    let form: ZoneRecord.Owner = arguments.has("F") ? .absolute : arguments.has("D") ? .relative : .selector
    let time = zone.lifetime.map { "\t\($0)" } ?? ""
    return keys.entries.reduce(zone.head("DKIM public key zone data", domain: domain?.text)) { text, entry in
      let strings = Self.strings(of: entry.record, first: 75, others: 66).joined(separator: "\n\t")
      return text + "\(entry.record.owner(form))\(time)\tIN\tTXT\t( \(strings) )\n"
    }
  }

  private func script(_ keys: ZoneKeys) -> String {
    UpdateScript(
      keys.entries, lifetime: zone.lifetime ?? 86_400, server: zone.updateServer, zone: nil, replaces: false,
      addition: { record, lifetime in
        let strings = Self.strings(of: record, first: 255, others: 255).joined(separator: " ")
        return "update add \(record.owner(.absolute)) \(lifetime) TXT \(strings)\n"
      }
    ).text()
  }

  /// The record in quoted strings, with semicolons escaped.
  private static func strings(of record: ZoneRecord, first: Int, others: Int) -> [String] {
    let key = record.record
    let services = key.services.map { "s=\($0.joined(separator: ":"))\\;" } ?? ""
    var rest = Array("v=DKIM1\\;k=\(key.keyType.rawValue)\\;\(services)p=\(key.publicKeyText)".utf8)[...]
    var strings: [String] = []
    while !rest.isEmpty {
      let piece = rest.prefix(strings.isEmpty ? first : others)
      strings.append("\"\(String(decoding: piece, as: UTF8.self))\"")
      rest = rest.dropFirst(piece.count)
    }
    return strings
  }

  // MARK: Messages

  private func report(_ remark: ZoneKeys.Remark) {
    switch remark {
    case .retrieved(let number, let row): say(2, "record \(number) for '\(row)' retrieved")
    case .loaded(let row): say(2, "key for '\(row)' loaded")
    case .skipped(let number, let row, let why):
      say(0, "record \(number) for '\(row)' skipped" + (domain == nil ? why.map { ": \($0)" } ?? "" : ""))
    case .repeated(let row, let earlier): say(1, "record for '\(row)' is the same as for '\(earlier)'")
    case .failed(let text, let reason, let fix, let location):
      say(0, text)
      if let reason { say(1, reason + location) }
      if let fix { say(1, fix) }
    }
  }

  private func say(_ level: Int, _ text: String) {
    if arguments.verbosity >= level { Console.report(text) }
  }
}
