import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import DKIMDNS
import DKIMMilter

/// `dkimtool testkey`: checks the record of a selector, and whether it matches the private key.
struct TestKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "testkey",
    abstract: "Check published keys, alone or against their private keys.",
    discussion: """
      Looks up the key record as a receiver does. Prints nothing if all is well. Messages, output streams and exit \
      statuses are those of opendkim-testkey, with "dkimtool: " at the beginning. Problems that make a key unusable \
      and weaknesses are always reported, each followed by a line that begins with "dkimtool: fix: " and suggests \
      a fix.

      Without -d, -s and -k, every key of the configuration is checked: the rows of its KeyTable, which can be any \
      kind of data set that can list its rows, or, without a KeyTable, Domain, Selector and KeyFile. The private keys \
      are checked against RequireSafeKeys, MinimumKeyBits and SignatureAlgorithm as well; name servers and trust \
      anchors are those of the configuration. A summary is printed to standard output.

      With at least one of -d, -s and -k, one key is checked. Domain and Selector of the configuration replace a \
      missing -d or -s, and KeyFile is the private key for that Selector. If both -d and -s are given, only a \
      configuration named with -x is read.

      --show prints the published record. \
      -v prints "key secure" or "key not secure" (DNSSEC) and notes; -v -v also prints progress; -v -v -v also prints \
      "key OK" to standard output.

      Exit status: 0 if all keys can be used; 65 if keys do not match; 69 if the record does not exist or cannot be \
      used, the query failed, or a private key cannot be used; 71 if the private key file of -k does not exist; 78 if \
      the domain or selector is missing or the configuration is invalid.

      EXAMPLES
        dkimtool testkey -x /etc/opendkim.conf
        dkimtool testkey -x /etc/opendkim.conf --json |
          jq -r 'select(.result == "fail").key'
        dkimtool testkey -d example.com -s 2026 -k 2026.private -vvv
        dkimtool testkey -d example.com -s 2026 --show
        dkimtool testkey -d example.com -s 2026 --nameserver 192.0.2.1 -v
        dkimtool testkey -d example.com -s 2026 -k 2026.private --keys records.txt
      """
  )

  @Option(name: [.customShort("d", allowingJoined: true), .long], help: "The signing domain (d=).")
  var domain: String?

  @Option(name: [.customShort("s", allowingJoined: true), .long], help: "The selector (s=).")
  var selector: String?

  @Option(
    name: [.customShort("k", allowingJoined: true), .long],
    help: "The private key; without it only the record is checked.", completion: .file())
  var key: String?

  @Option(
    name: [.customShort("x", allowingJoined: true), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf if it exists)", valueName: "file"),
    completion: .file())
  var config: String?

  @OptionGroup
  var keySource: KeySourceOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of keys of a configuration looked up at the same time. (default: 32)", valueName: "n"),
    transform: ArgumentParsing.jobs)
  var jobs: Int?

  @Flag(help: "Print a JSON object for each key.")
  var json = false

  @Flag(help: "Print the published record to standard output, as in a zone file, with its meaning.")
  var show = false

  @Flag(name: .shortAndLong, help: "Print more; up to three times.")
  var verbose: Int

  func run() async throws {
    try await reportingFailures {
      var one = OneKey(domain: domain, selector: selector, key: key)
      // If the command line is complete, the configuration is read only if it is named.
      guard config != nil || domain == nil || selector == nil else { return try await testOne(one) }
      // Settings of the file are needed, so its errors matter.
      let settings = try ToolSettings(config, isNeeded: true)
      let configured = try await ConfiguredKeyRules(settings)
      guard domain != nil || selector != nil || key != nil else { return try await testAll(settings, configured) }
      sayDefault(settings)
      try await one.complete(from: settings, configured.rules)
      return try await testOne(one)
    }
  }

  // MARK: The keys of a configuration

  private func testAll(_ settings: ToolSettings, _ configured: ConfiguredKeyRules) async throws -> ExitStatus {
    if settings.isWithoutKeys { throw missing() }
    sayDefault(settings)
    let keys = try await NamedKey.all(of: settings)
    let tester = KeyTester(
      configured.rules, configured.dangers, try keySource.source(configured.rules.dns))
    let namesRows = settings.settings.has(Setting.keyTable)
    let report = KeyTestReport(verbosity: verbose, isJSON: json, showsRecords: show, namesRows: namesRows)
    let tested = try await KeyTableTest(tester: tester, report: report, jobs: jobs ?? KeyTableTest.usualJobs).run(keys)
    if !json, verbose >= 1, tested.contains(where: { $0.isSecure == false }) {
      Console.report(KeyTestReport.insecure)
    }
    let summary = KeyTestReport.summary(tested)
    if json { Console.writeError(summary) } else { try Console.print(summary) }
    if tested.contains(where: { $0.status == .unavailable }) { return .unavailable }
    return tested.contains { $0.status == .dataError } ? .dataError : .success
  }

  // MARK: One key

  private func testOne(_ one: OneKey) async throws -> ExitStatus {
    let query = try query(one.domain, one.selector)
    let privateKey = try one.key.map(loadKey)
    say(2, "checking key '\(query.name)'")
    let source = try one.rules.map { try keySource.source($0.dns) } ?? keySource.lookup().source
    let answer = await source.answer(query)
    let check = PublishedKeyCheck(query, answer, privateKey: privateKey)
    var issues = check.issues
    if case .noSuchName = answer, let below = await PublishedKeyCheck.misplaced(query, in: source) {
      issues.append(below)
    }
    if json {
      let records = PublishedRecord.all(in: answer, name: query.name)
      try Console.write(KeyTestReport.json(tested(query, one.key, privateKey, issues, check, records)))
      return check.status
    }
    if show {
      for record in PublishedRecord.all(in: answer, name: query.name) {
        try Console.write(Array(record.zoneText.utf8))
      }
    }
    if let secure = check.isSecure {
      say(1, secure ? "key secure" : "key not secure")
      if !secure { say(1, KeyTestReport.insecure) }
    }
    for issue in issues { try tell(issue) }
    if check.status == .success, verbose >= 3 { try Console.print("\(Console.programName): key OK") }
    return check.status
  }

  private func tested(
    _ query: KeyQuery, _ path: String?, _ privateKey: SigningKey?, _ issues: [KeyIssue], _ check: PublishedKeyCheck,
    _ records: [PublishedRecord]
  ) -> TestedKey {
    let published = NamedKey.Published(
      domain: query.domain, selector: query.selector, location: path.map { .file($0) } ?? .inline([]), algorithm: nil)
    return TestedKey(
      key: NamedKey(name: query.name, location: nil, content: .key(published)), issues: issues,
      isSecure: check.isSecure, type: privateKey?.type, bits: privateKey?.bits, recordName: query.name, records: records
    )
  }

  private func query(_ domain: String?, _ selector: String?) throws -> KeyQuery {
    guard let domain, let selector else { throw missing() }
    let name: (DomainName, Selector)
    do {
      name = (try DomainName(domain), try Selector(selector))
    } catch {
      throw CommandFailure(.configuration, PrintableText.escaped("the domain or the selector \(error)"))
    }
    guard let query = KeyQuery(domain: name.0, selector: name.1) else {
      throw CommandFailure(
        .configuration, "\(name.1)._domainkey.\(name.0) exceeds the maximum length of a DNS name (253 bytes)")
    }
    return query
  }

  private func missing() -> CommandFailure {
    CommandFailure(
      .configuration,
      "missing domain or selector; give -d and -s, or a configuration with keys (-x)\n"
        + "Usage: dkimtool \(Self.usageString())")
  }

  private func loadKey(_ path: String) throws -> SigningKey {
    let file = try TestedKeyFile(path)
    if file.isOpenToOthers {
      Console.report("\(path): WARNING: unsafe permissions")
      Console.report("fix: chmod 600 \(ShellWord.quoted(path))")
    }
    let key: SigningKey
    do { key = try SigningKey(file.contents) } catch {
      throw CommandFailure(.unavailable, "\(path): \(error.textWithFix)")
    }
    say(2, "key loaded from \(path)")
    return key
  }

  private func tell(_ issue: KeyIssue) throws {
    switch issue.severity {
    case .mismatch: try Console.print(Console.programName + ": " + issue.text)
    case .failure: Console.report(issue.text)
    case .warning: Console.report("warning: " + issue.text)
    case .note: say(1, issue.text)
    }
    if let fix = issue.fixWithOption { Console.report("fix: " + fix) }
  }

  private func sayDefault(_ settings: ToolSettings) {
    if config == nil, let path = settings.path { say(2, "using default configfile \(path)") }
  }

  private func say(_ level: Int, _ text: String) {
    if verbose >= level { Console.report(text) }
  }
}
