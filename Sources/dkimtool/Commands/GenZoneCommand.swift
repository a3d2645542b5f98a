import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics

/// `dkimtool genzone`: prints the records of all keys of a table, for a zone file or for nsupdate.
struct GenZoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "genzone",
    abstract: "Print the records of all keys of a KeyTable, as a zone file or for nsupdate.",
    discussion: """
      DATASET has the rows of a KeyTable and can be any kind of data set that can list its rows. The default is the \
      KeyTable of the configuration, or Domain, Selector and KeyFile. The options are those of opendkim-genzone, with \
      long names, and with these differences: keys of several domains get $ORIGIN lines (unless -F gives full names) \
      and, with -u, one message per domain; -u always writes full names; names of servers that contain a dot are full \
      names; Ed25519 keys are supported.

      Rows with % as the domain are skipped. Rows that cannot be used are reported on standard error with a suggested \
      fix; the other records are written, and the exit status is 65. With -o, the file is not changed in this case, \
      because mail signed with a missing key would fail verification. --lenient writes the records that are available \
      and exits with status 0.

      A file is replaced as a whole and keeps its mode, owner and group; if that is not possible, it is not changed. \
      Output to a pipe or a device such as /dev/stdout is written directly.

      Exit status: 0 if all records were written; 64 for a usage error; 65 if a row cannot be used; 69 if the server \
      of the data set is unavailable; 73 if the file cannot be written; 78 if the data set or the configuration is \
      invalid.

      EXAMPLES
        dkimtool genzone -d example.com -D > example.com.dkim
        dkimtool genzone -F -t 3600 file:/etc/dkimkeys/keytable
        dkimtool genzone -S -D -d example.com -N ns1.example.com,ns2.example.com \\
          -o /etc/nsd/example.com.zone
        dkimtool genzone -u -N ns1.example.com |
          nsupdate -k /etc/dkimkeys/update.key
      """
  )

  @Option(
    name: [.customShort("C", allowingJoined: true), .long],
    help: ArgumentHelp("Contact address in the SOA record. (default: the user at this host)", valueName: "address"),
    transform: GenZoneArguments.contact)
  var contact: String?

  @Option(
    name: [.customShort("d", allowingJoined: true), .long], help: "Print only keys of this domain.",
    transform: ArgumentParsing.domain)
  var domain: DomainName?

  @Flag(name: [.customShort("D"), .customLong("suffix")], help: "Append ._domainkey to selectors.")
  var suffix = false

  @Option(
    name: [.customShort("E", allowingJoined: true), .customLong("expire")], parsing: .unconditional,
    help: ArgumentHelp("Expiration time in the SOA record. (default: 604800)", valueName: "seconds"),
    transform: GenZoneArguments.seconds)
  var expire: Int?

  @Flag(name: [.customShort("F"), .customLong("full-names")], help: "Write full names with a trailing dot.")
  var fullNames = false

  @Flag(name: [.customShort("M"), .customLong("email-only")], help: "Restrict the keys to mail (s=email).")
  var emailOnly = false

  @Option(
    name: [.customShort("N", allowingJoined: true), .customLong("name-servers")],
    help: ArgumentHelp("Servers for NS records; the first one also for SOA and nsupdate.", valueName: "ns,..."),
    transform: GenZoneArguments.nameServers)
  var nameServers: [String] = []

  @Option(
    name: [.customShort("o", allowingJoined: true), .long], help: "Write to this file.", completion: .file())
  var output: String?

  @Option(
    name: [.customShort("r", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp("Refresh time in the SOA record. (default: 10800)", valueName: "seconds"),
    transform: GenZoneArguments.seconds)
  var refresh: Int?

  @Option(
    name: [.customShort("R", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp("Retry time in the SOA record. (default: 1800)", valueName: "seconds"),
    transform: GenZoneArguments.seconds)
  var retry: Int?

  @Flag(name: .shortAndLong, help: "With -d: also print keys of subdomains.")
  var subdomains = false

  @Flag(name: [.customShort("S"), .customLong("soa")], help: "Write an SOA record.")
  var startOfAuthority = false

  @Option(
    help: ArgumentHelp("Serial number in the SOA record. (default: date and hour, yyyymmddhh)", valueName: "number"),
    transform: GenZoneArguments.serial)
  var serial: Int?

  @Option(
    name: [.customShort("t", allowingJoined: true), .customLong("ttl")], parsing: .unconditional,
    help: ArgumentHelp("TTL of each record. (default: none; with -u 86400)", valueName: "seconds"),
    transform: GenZoneArguments.seconds)
  var lifetime: Int?

  @Option(
    name: [.customShort("T", allowingJoined: true), .customLong("default-ttl")], parsing: .unconditional,
    help: ArgumentHelp("Default TTL of the zone. (default: 86400)", valueName: "seconds"),
    transform: GenZoneArguments.seconds)
  var defaultLifetime: Int?

  @Flag(name: [.customShort("u"), .customLong("nsupdate")], help: "Write a script for nsupdate.")
  var update = false

  @Option(
    help: "With -u: the zone of all records. (default: the domain of -d, or of each key)",
    transform: ArgumentParsing.domain)
  var zone: DomainName?

  @Flag(help: "With -u: delete the records at each name first.")
  var replace = false

  @Flag(help: "Exit with status 0 even if some rows cannot be used.")
  var lenient = false

  @Option(
    name: [.customShort("x", allowingJoined: true), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf if it exists)", valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(name: .shortAndLong, help: "Report progress; if given twice, each row and key.")
  var verbose: Int

  @Argument(help: "A data set with the rows of a KeyTable.", completion: .file())
  var dataset: String?

  func validate() throws {
    if subdomains, domain == nil { throw ValidationError("-s extends -d; give a domain with -d") }
    if !update, let address = nameServers.first(where: { IPAddress($0) != nil }) {
      throw ValidationError("\(address): NS records need host names; addresses are allowed only with -u")
    }
    if !update, zone != nil || replace { throw ValidationError("--zone and --replace require -u") }
  }

  func run() async throws {
    try await reportingFailures {
      let keys = ZoneKeys(
        try await rows(), .init(domain: domain, subdomains: subdomains, emailOnly: emailOnly), report: tell)
      warn(keys)
      let isWhole = keys.failures == 0 || lenient
      if let output, output != InputFile.standardInput {
        if isWhole { try ZoneFile.write(text(keys), to: output) } else { Console.report("\(output): not changed") }
      } else {
        try Console.write(Array(text(keys).utf8))
      }
      say(1, "\(keys.entries.count) record\(keys.entries.count == 1 ? "" : "s") written")
      return isWhole ? .success : .dataError
    }
  }

  private func rows() async throws -> [NamedKey] {
    let settings = try ToolSettings(config, isNeeded: dataset == nil)
    guard let dataset else {
      if settings.isWithoutKeys {
        throw CommandFailure(.usage, "missing data set; give one, or a configuration with a KeyTable (-x)")
      }
      return try await NamedKey.all(of: settings)
    }
    let set = try await settings.set(specification: dataset)
    say(1, "database opened")
    return try await NamedKey.rows(of: set, base: settings.settings[Setting.baseDirectory])
  }

  private func text(_ keys: ZoneKeys) -> String {
    if update {
      return UpdateScript(
        keys.entries, lifetime: lifetime ?? 86_400, server: nameServers.first, zone: zone ?? domain, replaces: replace
      ).text()
    }
    let now = Clock.now
    var writer = ZoneWriter(keys.entries)
    writer.owner = fullNames ? .absolute : suffix ? .relative : .selector
    writer.lifetime = lifetime
    if startOfAuthority { writer.start = start(at: now) }
    writer.nameServers = nameServers
    writer.domain = domain
    return "; DKIM public key zone data\n" + (domain.map { "; for \($0)\n" } ?? "")
      + "; auto-generated by dkimtool genzone at \(TimeText.date(now))\n\n" + writer.text()
  }

  private func start(at time: Timestamp) -> ZoneStart {
    var start = ZoneStart(server: nameServers.first, contact: contact, serial: serial, at: time)
    start.refresh = refresh ?? start.refresh
    start.retry = retry ?? start.retry
    start.expire = expire ?? start.expire
    start.lifetime = defaultLifetime ?? start.lifetime
    return start
  }

  private func warn(_ keys: ZoneKeys) {
    if keys.entries.isEmpty { Console.report("warning: there are no keys to write") }
    guard startOfAuthority, !update else { return }
    if nameServers.isEmpty {
      Console.report("warning: name servers refuse a zone without NS records; give the servers with -N")
    }
    let domains = keys.entries.grouped.map(\.domain)
    if let first = domain ?? domains.min(by: { $0.labelCount < $1.labelCount }),
      let other = domains.first(where: { !$0.isEqualToOrSubdomain(of: first) })
    {
      Console.report("warning: \(first) and \(other) cannot be in the same zone; select one of them with -d")
    }
  }

  private func tell(_ remark: ZoneKeys.Remark) {
    switch remark {
    case .retrieved(let number, let row): say(2, "record \(number) for '\(row)' retrieved")
    case .loaded(let row): say(2, "key for '\(row)' loaded")
    case .skipped(let number, let row, let why):
      say(why == nil ? 1 : 0, "record \(number) for '\(row)' skipped" + (why.map { ": \($0)" } ?? ""))
    case .repeated(let row, let earlier): say(1, "record for '\(row)' is the same as for '\(earlier)'")
    case .failed(let text, let reason, let fix, let location):
      say(0, text + (reason.map { ": \($0)" } ?? "") + location)
      if let fix { say(0, "fix: " + fix) }
    }
  }

  private func say(_ level: Int, _ text: String) {
    if verbose >= level { Console.report(text) }
  }
}
