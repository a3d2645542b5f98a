import DKIMConfiguration
import DKIMCore
import DKIMMilter

/// `opendkim-atpszone`: prints records that authorize other domains to sign, as a zone file or a script for
/// nsupdate(1). // RFC 6541
struct ATPSZoneProgram {
  private static let usage = ProgramUsage(
    status: .usage, summary: "[opts] [dataset]",
    lines: [
      "\t-A          \tinclude '._atps' suffix",
      "\t-C user@host\tcontact address to include in SOA",
      "\t-E secs     \tuse specified expiration time in SOA",
      "\t-h hash     \thash algorithm",
      "\t-o file     \toutput file",
      "\t-N ns[,...] \tlist NS records",
      "\t-r secs     \tuse specified refresh time in SOA",
      "\t-R secs     \tuse specified retry time in SOA",
      "\t-S          \twrite an SOA record",
      "\t-t secs     \tuse specified per-record TTL",
      "\t-T secs     \tuse specified default TTL in SOA",
      "\t-u domain   \tproduce nsupdate(8) script",
      "\t-v          \tverbose output",
    ])

  private let arguments: GetoptArguments
  private let zone: OpenDKIMZone
  private let hash: ATPSTags.Hash

  init(_ arguments: [String]) throws {
    self.arguments = try GetoptArguments(arguments, letters: "AC:E:h:N:o:r:R:St:T:u:v", usage: Self.usage)
    zone = try OpenDKIMZone(self.arguments)
    guard let hash = ATPSTags.Hash(rawValue: (self.arguments.value("h") ?? "sha256").lowercased()) else {
      throw ProgramEnd(ExitStatus.usage.rawValue, "invalid hash algorithm")
    }
    self.hash = hash
  }

  /// - Returns: the exit status.
  func run() async throws -> Int32 {
    guard let operand = arguments.operands.first else { throw Self.usage.end() }
    let domains = try await domains(operand)
    let text = try arguments.value("u").map { script(domains, for: try Self.domain($0)) } ?? zoneText(domains)
    try zone.write(text)
    if arguments.verbosity >= 1 { try zone.reportWritten(domains.count) }
    return 0
  }

  private func domains(_ specification: String) async throws -> [String] {
    // Only the settings for data set servers matter, and there is no option that names a file.
    let settings = ToolSettings.read(nil).settings
    let set: any DataSet
    do throws(DataSetOpenError) {
      set = try await settings.open(specification: specification)
    } catch {
      say(error.openDKIMWords)
      throw ProgramEnd(1, "dkimf_db_open() failed")
    }
    say("database opened")
    let rows: [DataSetRow]
    do throws(DataSetError) {
      rows = try await set.allRows()
    } catch {
      throw ProgramEnd(1, PrintableText.escaped("\(set.specification): \(error)"))
    }
    return try rows.map { try Self.domain($0.key).asciiForm }
  }

  private static func domain(_ text: String) throws -> DomainName {
    do { return try DomainName(text) } catch {
      throw ProgramEnd(1, PrintableText.escaped("invalid domain \"\(text)\": \(error)"))
    }
  }

  private func zoneText(_ domains: [String]) -> String {
    let time = zone.lifetime.map { "\t\($0)" } ?? ""
    let suffix = arguments.has("A") ? "._atps" : ""
    return domains.reduce(zone.head("DKIM ATPS zone data")) { text, domain in
      let label = SignerLabel.label(of: domain, hash: hash)
      return text + "\(label)\(suffix)\(time)\tIN\tTXT\t\"\(Self.record(domain))\"\n"
    }
  }

  /// Returns a script with full names, because nsupdate(1) does not append the zone to names.
  private func script(_ domains: [String], for domain: DomainName) -> String {
    var text = "server \(zone.updateServer)\nzone \(domain)\n"
    for signer in domains {
      let label = SignerLabel.label(of: signer, hash: hash)
      text +=
        "update add \(label)._atps.\(domain.asciiForm). \(zone.lifetime ?? 86_400) TXT \"\(Self.record(signer))\"\n"
    }
    return text + "send\nanswer\n"
  }

  private static func record(_ domain: String) -> String { "v=ATPS1; d=\(domain)" }

  private func say(_ text: String) {
    if arguments.verbosity >= 1 { Console.report(text) }
  }
}
