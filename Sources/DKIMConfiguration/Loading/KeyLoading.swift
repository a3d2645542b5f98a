internal import DKIMCore
internal import Glibc
internal import SystemSupport

/// Loading of the signing keys, and the check that the settings for them fit together.
extension ConfigurationDraft {
  /// Opens KeyTable and SigningTable, or loads the single key of Domain, Selector and KeyFile.
  mutating func loadKeys(_ loader: ConfigurationLoader) async {
    makeKeyStore(loader)
    let keyTable = await openDataSet(Setting.keyTable, caseSensitive: true)
    let signingTable = await openDataSet(Setting.signingTable)
    let hasKeyTable = settings.has(Setting.keyTable)
    switch (hasKeyTable, settings.has(Setting.signingTable)) {
    case (true, true):
      noteIgnored()
      if let keyTable, let signingTable {
        let keys = KeyTable(keyTable, baseDirectory: settings[Setting.baseDirectory])
        configuration.signing.keys = .tables(SigningTable(signingTable), keys)
        // Do not wait again for a server that was down when the table was opened (SoftStart).
        if keyTable.startProblem == nil { await preload(keys, limit: loader.preloadLimit) }
      }
    case (false, true):
      report(
        about: Setting.signingTable, "use of SigningTable requires KeyTable",
        fix: "add KeyTable, which lists the domain, selector and file of each key")
    case (true, false) where settings.has(Setting.setupPolicyScript):
      noteIgnored()
      if let keyTable {
        let keys = KeyTable(keyTable, baseDirectory: settings[Setting.baseDirectory])
        configuration.signing.keys = .scripted(keys)
        if keyTable.startProblem == nil { await preload(keys, limit: loader.preloadLimit) }
      }
    case (true, false):
      report(
        about: Setting.keyTable, "KeyTable requires either SigningTable or SetupPolicyScript",
        fix: "add SigningTable, which lists the key for each sender")
    case (false, false): await loadSingleKey(loader)
    }
  }

  /// Makes the key store. Permissions of key files are checked for the user who will sign, not for the current user.
  mutating func makeKeyStore(_ loader: ConfigurationLoader) {
    var options = SigningKeyStore.Options(
      user: configuration.process.userID.flatMap { KeyUser(named: $0.user) } ?? .current)
    options.requireSafeKeys = configuration.signing.requireSafeKeys
    options.minimumKeyBits = configuration.signing.minimumKeyBits
    configuration.signing.keyStore = SigningKeyStore(
      options, following: loader.previous?.signing.keyStore, report: loader.keyReport)
  }

  /// Reads the first `limit` keys. Before privileges are dropped, also reads every key that only root can read.
  ///
  /// A key that cannot be read is reported as a warning, because the other keys still work.
  private mutating func preload(_ table: KeyTable, limit: Int) async {
    guard limit > 0 else { return }
    // The user who signs; `nil` if the privileges of this process do not change, so that keys can be read later, too.
    let user = geteuid() == 0 ? configuration.process.userID.flatMap { AccountDirectory.system.identity($0) } : nil
    // Listing the rows of a server may mean searching millions of unrelated rows.
    if user == nil, table.asksServer { return }
    guard let entries = try? await table.entries(limit: user == nil ? limit : .max) else { return }
    let rootOnly = entries.dropFirst(limit).filter { isReadOnlyByRoot($0.entry.key, user) }
    let wanted = entries.prefix(limit) + rootOnly
    let locations = Dictionary(wanted.map { ($0.entry.key, $0.entry.location) }) { first, _ in first }
    let result = configuration.signing.keyStore.preload(wanted.map(\.entry.key))
    for (location, error) in result.failures where !isCausedByUnknownUser(error) {
      let problem = error.problem(at: locations[location] ?? nil)
      problems.add(ConfigurationProblem(.warning, at: problem.location, problem.text, fix: problem.fix))
    }
    guard result.skipped > 0, !rootOnly.isEmpty, let user else { return }
    report(
      about: Setting.keyTable,
      "KeyTable: \(rootOnly.count) keys can be read only by the superuser; \(result.skipped) of them exceed the "
        + "limit on keys kept in memory, and mail for these keys would never be signed",
      fix: "give \(user.name), the user in UserID, permission to read the key files")
  }

  /// True if the key file exists, but the user who will sign cannot read it.
  func isReadOnlyByRoot(_ key: KeyLocation, _ user: AccountDirectory.Account?) -> Bool {
    guard let user, let path = key.path, case .success = SizeLimitedFile.status(path) else { return false }
    return !FileAccess.canRead(path, user)
  }

  /// True if the permissions of a key could not be checked because the user in UserID does not exist, which is
  /// reported elsewhere.
  private func isCausedByUnknownUser(_ error: SigningKeyStoreError) -> Bool {
    guard case .unsafe = error, let user = configuration.process.userID?.user else { return false }
    return KeyUser(named: user) == nil
  }

  private mutating func noteIgnored() {
    var ignored: [any SettingRow] = [Setting.domain, Setting.selector, Setting.keyFile]
    if settings[Setting.subDomains] { ignored.append(Setting.subDomains) }
    let tableUser = settings.has(Setting.signingTable) ? "SigningTable" : "SetupPolicyScript"
    for setting in ignored where settings.has(setting) {
      report(
        .warning, about: setting, "\(setting.name) has no effect when KeyTable and \(tableUser) are set",
        fix: "remove the line")
    }
  }

  private mutating func loadSingleKey(_ loader: ConfigurationLoader) async {
    let domains = await members(Setting.domain)
    guard let file = settings.path(Setting.keyFile), let selectorText = settings[Setting.selector] else {
      if settings.has(Setting.keyFile) || settings.has(Setting.selector) {
        report(
          about: settings.has(Setting.keyFile) ? Setting.keyFile : Setting.selector,
          "KeyFile and Selector must both be defined or both be undefined",
          fix: settings.has(Setting.keyFile) ? "add Selector" : "add KeyFile")
      } else if settings.has(Setting.domain) {
        report(about: Setting.domain, "Domain requires KeyFile and Selector", fix: "add KeyFile and Selector")
      }
      return
    }
    guard settings.has(Setting.domain) else {
      report(
        .warning, about: Setting.keyFile, "no mail is signed: KeyFile and Selector are set, but Domain is not",
        fix: "add Domain")
      return
    }
    do throws(DomainNameError) {
      let selector = try Selector(selectorText)
      guard let domains else { return }
      configuration.signing.keys = .single(
        SigningRules.SingleKey(
          domains: domains, subDomains: settings[Setting.subDomains], selector: selector, key: .file(file)))
      loadKeyFile(file, loader)
    } catch {
      report(about: Setting.selector, "Selector \(PrintableText.quoted(selectorText)) \(error)")
    }
  }

  /// Reads the key of `KeyFile`. Failure is an error, because without this key no mail can be signed.
  private mutating func loadKeyFile(_ file: String, _ loader: ConfigurationLoader) {
    for failure in configuration.signing.keyStore.preload([.file(file)]).failures {
      if isCausedByUnknownUser(failure.error) { continue }
      if case .needsRoot = failure.error, loader.toleratesRootOnlyKeys { continue }
      problems.add(failure.error.problem(at: settings.location(Setting.keyFile)))
    }
  }
}
