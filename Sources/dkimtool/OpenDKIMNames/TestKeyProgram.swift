import DKIMConfiguration
import DKIMCore
import DKIMMilter

/// `opendkim-testkey`: checks whether published keys can be used and match their private keys.
struct TestKeyProgram {
  private static let usage = ProgramUsage(
    status: .configuration, summary: "[options]",
    lines: [
      "\t-d domain  \tdomain name",
      "\t-k keypath \tpath to private key",
      "\t-s selector\tselector name",
      "\t-v         \tincrease verbose output",
      "\t-x conffile\tconfiguration file",
    ])

  private let arguments: GetoptArguments

  init(_ arguments: [String]) throws {
    self.arguments = try GetoptArguments(arguments, letters: "d:k:s:vx:", usage: Self.usage)
  }

  /// - Returns: the exit status.
  func run() async throws -> Int32 {
    let settings = try ProgramSettings.load(arguments.value("x"))
    if !arguments.has("x"), let path = settings.path { say(2, "using default configfile \(path)") }
    let configured = try await ConfiguredKeyRules(settings) { try ProgramSettings.check($0, of: settings) }
    let source = try configured.rules.dns.source()
    for problem in source.problems { say(1, "\(problem)") }
    let namesKey = ["d", "k", "s"].contains { arguments.has($0) }
    if !namesKey, let table = try await table(settings) {
      let rows = try await NamedKey.rows(of: table, base: settings.settings[Setting.baseDirectory])
      return try await testAll(rows, source, configured.rules)
    }
    return try await testOne(settings, source)
  }

  private func table(_ settings: ToolSettings) async throws -> (any DataSet)? {
    do throws(DataSetOpenError) {
      return try await settings.openKeyTable()
    } catch {
      say(1, error.openDKIMWords)
      throw ProgramEnd(1, "dkimf_db_open() failed")
    }
  }

  // MARK: One key

  private func testOne(_ settings: ToolSettings, _ source: any PublicKeySource) async throws -> Int32 {
    var domain = arguments.value("d")
    if domain == nil { domain = try await NamedKey.onlyDomain(of: settings) }
    let selector = arguments.value("s") ?? settings.settings[Setting.selector]
    guard let domain, !domain.isEmpty, let selector, !selector.isEmpty else { throw Self.usage.end() }
    let privateKey = try (arguments.value("k") ?? settings.keyFile).map { path in
      let key = try PrivateHalf(file: path)
      say(2, "key loaded from \(path)")
      return key
    }
    let name = PrintableText.escaped("\(selector)._domainkey.\(domain)")
    say(2, "checking key '\(name)'")
    guard let query = Self.query(domain, selector) else {
      throw ProgramEnd(ExitStatus.unavailable.rawValue, "'\(name)' is not a valid DNS name")
    }
    let check = await KeyPairCheck(query, named: name, privateKey, source)
    if let secure = check.isSecure { say(1, secure ? "key secure" : "key not secure") }
    switch check.result {
    case .pass: if arguments.verbosity >= 3 { try report("key OK") }
    case .mismatch: try report("keys do not match")
    case .failure(let words, let reason):
      Console.report(words)
      if let reason { Console.writeError(reason) }
    }
    return check.status.rawValue
  }

  /// Returns the query for the record. The domain may end with the dot of a full name.
  private static func query(_ domain: String, _ selector: String) -> KeyQuery? {
    guard let domain = try? DomainName(domain.hasSuffix(".") ? String(domain.dropLast()) : domain),
      let selector = try? Selector(selector)
    else { return nil }
    return KeyQuery(domain: domain, selector: selector)
  }

  // MARK: The keys of a KeyTable

  private func testAll(
    _ rows: [NamedKey], _ source: any PublicKeySource, _ rules: KeyRules
  ) async throws -> Int32 {
    var statuses: [ExitStatus] = []
    var skipped = 0
    for (number, row) in rows.enumerated() {
      let name = PrintableText.escaped(row.name)
      say(2, "record \(number) for '\(name)' retrieved")
      switch row.content {
      case .skipped(let why):
        skipped += 1
        Console.report("key \(name) skipped: \(why.rawValue)")
      case .corrupt(let why):
        Console.report(PrintableText.escaped("key \(name): entry corrupt: \(why)"))
        statuses.append(.unavailable)
      case .key(let published): statuses.append(try await test(published, name, source, rules))
      }
    }
    if arguments.verbosity >= 1 {
      let passed = statuses.count { $0 == .success }
      try report(
        "\(statuses.count) key\(statuses.count == 1 ? "" : "s") checked; \(passed) pass, "
          + "\(statuses.count - passed) fail" + (skipped > 0 ? ", \(skipped) skipped" : ""))
    }
    let worst: [ExitStatus] = [.systemError, .unavailable, .dataError]
    return (worst.first { statuses.contains($0) } ?? .success).rawValue
  }

  private func test(
    _ published: NamedKey.Published, _ name: String, _ source: any PublicKeySource, _ rules: KeyRules
  ) async throws -> ExitStatus {
    let privateKey: PrivateHalf
    do { privateKey = try PrivateHalf(published.location, rules) } catch let end as ProgramEnd {
      // The other keys are checked nevertheless.
      for line in end.lines { Console.writeError(line) }
      return .systemError
    }
    say(2, "checking key '\(name)'")
    guard let query = KeyQuery(domain: published.domain, selector: published.selector) else {
      Console.report("key \(name): '\(published.selector)._domainkey.\(published.domain)' is not a valid DNS name")
      return .unavailable
    }
    let check = await KeyPairCheck(query, named: query.name, privateKey, source)
    switch check.result {
    case .pass: if arguments.verbosity >= 3 { try report("key \(name): OK") }
    case .mismatch: Console.report("key \(name): keys do not match")
    case .failure(let words, let reason):
      Console.report("key \(name): \(words)")
      if let reason { Console.writeError(reason) }
    }
    if let secure = check.isSecure { say(1, "key \(name) \(secure ? "secure" : "not secure")") }
    return check.status
  }

  // MARK: Messages

  private func say(_ level: Int, _ text: String) {
    if arguments.verbosity >= level { Console.report(text) }
  }

  private func report(_ text: String) throws { try Console.print(Console.programName + ": " + text) }
}
