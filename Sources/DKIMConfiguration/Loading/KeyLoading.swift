internal import DKIMCore
internal import Glibc

/// Which keys sign for whom; the combinations that make sense.
extension ConfigurationDraft {
  mutating func takeKeys(_ loader: ConfigurationLoader) async {
    makeStore(loader)
    let keyTable = await set("KeyTable", caseSensitive: true)
    let signingTable = await set("SigningTable")
    let hasKeyTable = settings.entry("KeyTable") != nil
    switch (hasKeyTable, settings.entry("SigningTable") != nil) {
    case (true, true):
      noteIgnored()
      if let keyTable, let signingTable {
        let keys = KeyTable(keyTable, baseDirectory: settings.text("BaseDirectory"))
        configuration.signing.keys = .tables(SigningTable(signingTable), keys)
        // A server that is down at the start (SoftStart) is not waited for again.
        if keyTable.startProblem == nil { await preload(keys, limit: loader.preloadedKeys) }
      }
    case (false, true):
      complain(
        about: "SigningTable", "use of SigningTable requires KeyTable",
        fix: "add KeyTable, which tells domain, selector and file of each key")
    case (true, false):
      complain(
        about: "KeyTable", "KeyTable requires either SigningTable or SetupPolicyScript",
        fix: "add SigningTable, which tells who signs with which key")
    case (false, false): await takeSingleKey(loader)
    }
  }

  /// Keys are judged by the user who signs, whoever reads them now.
  mutating func makeStore(_ loader: ConfigurationLoader) {
    var options = SigningKeyStore.Options(
      user: configuration.process.userID.flatMap { KeyUser(named: $0.user) } ?? .current)
    options.requireSafeKeys = configuration.signing.requireSafeKeys
    options.minimumKeyBits = configuration.signing.minimumKeyBits
    configuration.signing.keyStore = SigningKeyStore(
      options, following: loader.previous?.signing.keyStore, report: loader.keyReport)
  }

  /// The first keys, and all that only the superuser can read. A key that cannot be read is told; mail of other keys
  /// goes on.
  private mutating func preload(_ table: KeyTable, limit: Int) async {
    guard limit > 0 else { return }
    // Later, without the rights of root, there is nothing to be read in advance that could not be read when it is needed.
    let user = geteuid() == 0 ? configuration.process.userID.flatMap { AccountDirectory.system.identity($0) } : nil
    // A server may have millions of other rows to look through for the first of ours.
    if user == nil, table.asksServer { return }
    guard let entries = try? await table.entries(limit: user == nil ? limit : .max) else { return }
    let later = entries.dropFirst(limit).filter { isReadOnlyByRoot($0.entry.key, user) }
    let wanted = entries.prefix(limit) + later
    let places = Dictionary(wanted.map { ($0.entry.key, $0.entry.place) }) { first, _ in first }
    let result = configuration.signing.keyStore.preload(wanted.map(\.entry.key))
    for (location, error) in result.failures where !isConsequence(error) {
      let problem = error.problem(at: places[location] ?? nil)
      problems.add(ConfigurationProblem(.warning, at: problem.place, problem.text, fix: problem.fix))
    }
    guard result.left > 0, !later.isEmpty, let user else { return }
    complain(
      about: "KeyTable",
      "KeyTable: \(later.count) keys can be read by the superuser alone, and \(result.left) of them are more than are "
        + "kept: mail of these could never be signed", fix: "let \(user.name), whom UserID names, read the key files")
  }

  /// A file that is there, and that the user cannot read who signs.
  func isReadOnlyByRoot(_ key: KeyLocation, _ user: AccountDirectory.Account?) -> Bool {
    guard let user, let path = key.path, case .success = BoundedFile.status(path) else { return false }
    return !FileAccess.canRead(path, user)
  }

  /// A key cannot be judged if the user who would sign does not exist; UserID is the cause, and is reported.
  private func isConsequence(_ error: SigningKeyStoreError) -> Bool {
    guard case .unsafe = error, let user = configuration.process.userID?.user else { return false }
    return KeyUser(named: user) == nil
  }

  private mutating func noteIgnored() {
    for name in ["Domain", "Selector", "KeyFile", "SubDomains"] where settings.entry(name) != nil {
      if name == "SubDomains", !settings.flag(name) { continue }
      complain(.warning, about: name, "\(name) has no effect beside KeyTable and SigningTable", fix: "remove the line")
    }
  }

  private mutating func takeSingleKey(_ loader: ConfigurationLoader) async {
    let domains = await members("Domain")
    guard let file = path("KeyFile"), let selectorText = settings.text("Selector") else {
      if settings.entry("KeyFile") != nil || settings.entry("Selector") != nil {
        complain(
          about: settings.entry("KeyFile") != nil ? "KeyFile" : "Selector",
          "KeyFile and Selector must both be defined or both be undefined",
          fix: settings.entry("KeyFile") != nil ? "add Selector" : "add KeyFile")
      } else if settings.entry("Domain") != nil {
        complain(about: "Domain", "Domain requires KeyFile and Selector", fix: "add KeyFile and Selector")
      }
      return
    }
    guard settings.entry("Domain") != nil else {
      complain(
        .warning, about: "KeyFile", "nothing is signed: KeyFile and Selector are there, and Domain is not",
        fix: "add Domain")
      return
    }
    do throws(DomainNameError) {
      let selector = try Selector(selectorText)
      guard let domains else { return }
      configuration.signing.keys = .single(
        SigningRules.SingleKey(
          domains: domains, subDomains: settings.flag("SubDomains"), selector: selector, key: .file(file)))
      takeKeyFile(file, loader)
    } catch {
      complain(about: "Selector", "Selector \(SettingText.shown(selectorText)) \(error)")
    }
  }

  /// Without it nothing can be signed at all.
  private mutating func takeKeyFile(_ file: String, _ loader: ConfigurationLoader) {
    for failure in configuration.signing.keyStore.preload([.file(file)]).failures {
      if isConsequence(failure.error) { continue }
      if case .needsRoot = failure.error, loader.toleratesMissingRights { continue }
      problems.add(failure.error.problem(at: settings.place("KeyFile")))
    }
  }
}
