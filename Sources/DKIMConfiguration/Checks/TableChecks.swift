internal import DKIMCore

/// Lists and tables.
extension ConfigurationDraft {
  /// Everybody: then nothing is verified, and whoever claims one of our domains is signed.
  mutating func checkHosts() async {
    if settings.entry("InternalHosts") != nil {
      let strangers = ["192.0.2.77", "198.51.100.9", "203.0.113.200", "8.8.8.8", "2001:db8::77", "2600::1"]
      for family in [false, true] {
        let addresses = strangers.compactMap { IPAddress($0) }.filter { $0.isIPv6 == family }
        if let row = await everyone(addresses) {
          problems.add(
            ConfigurationProblem(
              .error, at: row.place ?? settings.place("InternalHosts"),
              "InternalHosts: \(SettingText.shown(row.key)) holds every client by \(family ? "IPv6" : "IPv4"): "
                + "no mail is verified, and whoever uses one of our domains gets a signature",
              fix: "name the addresses and networks of your own machines only"))
        }
      }
      if !(await configuration.origin.internalHosts.decidesAboutLoopback()) {
        complain(
          .warning, about: "InternalHosts",
          "InternalHosts replaces the default and leaves out 127.0.0.1 and ::1: "
            + "mail of this machine is not signed", fix: "add 127.0.0.1 and ::1")
      }
    }
    for name in Self.hostLists {
      if let set = sets[name] { problems.add(await HostList(set).problems()) }
    }
  }

  private static let hostLists = ["AllowConnectionsFrom", "InternalHosts", "PeerList", "ExternalIgnoreList"]

  /// The row by which all of the addresses are in InternalHosts.
  private func everyone(_ addresses: [IPAddress]) async -> DataSetRow? {
    var row: DataSetRow?
    for address in addresses {
      guard let match = try? await configuration.origin.internalHosts.match(name: nil, address: address) else {
        return nil
      }
      row = match.row
    }
    return row
  }

  mutating func checkTables(_ system: CheckSystem) async {
    let user = configuration.process.userID.flatMap { system.accounts.identity($0) }
    if case .single(let single) = configuration.signing.keys {
      checkSelector(single.selector.text, at: settings.place("Selector"))
      check(single.key, at: settings.place("KeyFile"), wanted: nil)
      checkReload(single.key, at: settings.place("KeyFile"), user)
    }
    guard case .tables(let signers, let keys) = configuration.signing.keys else {
      checkHasKeys(system)
      return
    }
    problems.add(await keys.problems())
    problems.add(await signers.problems(everyRowCounts: configuration.signing.multipleSignatures))
    if configuration.signing.checkSigningTable { problems.add(await signers.problems(against: keys)) }
    for entry in (try? await keys.entries()) ?? [] {
      checkSelector(entry.entry.selector.text, at: entry.entry.place)
      check(entry.entry.key, at: entry.entry.place, wanted: entry.entry.algorithm)
      checkReload(entry.entry.key, at: entry.entry.place, user)
    }
  }

  private mutating func checkHasKeys(_ system: CheckSystem) {
    // Another problem has told why there are none.
    guard configuration.roles.contains(.sign), case .none = configuration.signing.keys, !problems.all.hasErrors,
      settings.entry("KeyFile") == nil
    else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: settings.place("Mode") ?? system.file.map { SourcePlace(file: $0) },
        configuration.roles == .sign
          ? "no keys are configured, and Mode is s: the filter does nothing"
          : "no keys are configured: no mail is signed",
        fix: "add KeyTable and SigningTable, or Domain, Selector and KeyFile"
          + (configuration.roles == .sign ? "" : "; or write Mode v")))
  }

  /// The DNS name of a key is SELECTOR._domainkey.DOMAIN, and the setting has the selector alone.
  private mutating func checkSelector(_ selector: String, at place: SourcePlace?) {
    guard let end = selector.range(ofText: "._domainkey")?.lowerBound else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: place,
        "the selector \(SettingText.shown(selector)) contains \"._domainkey\", which verifiers add themselves: they do "
          + "not find the key", fix: "write \(selector[..<end])"))
  }

  /// What root reads at the start is kept; what is new later has to be readable without the rights of root.
  private mutating func checkReload(_ key: KeyLocation, at place: SourcePlace?, _ user: AccountDirectory.Account?) {
    guard let user, isReadOnlyByRoot(key, user), let path = key.path else { return }
    problems.add(
      ConfigurationProblem(
        .note, at: place,
        "\(path) can only be read at the start: \(user.name), whom UserID names, has no right to, so that a new key "
          + "there needs a restart", fix: "chown \(user.name): \(ShellWord.quoted(path)) to have it reloaded"))
  }

  /// Whether a key can be loaded and will be used.
  mutating func check(_ location: KeyLocation, at place: SourcePlace?, wanted: KeyType?) {
    let key: SigningKey
    do throws(SigningKeyStoreError) {
      key = try configuration.signing.keyStore.key(at: location)
    } catch {
      // The table itself has told of keys within it that are none.
      if case .notAKey(nil, _) = error { return }
      problems.add(error.problem(at: place))
      return
    }
    let name = location.path ?? "the key"
    if let wanted, wanted != key.type {
      problems.add(
        ConfigurationProblem(
          .error, at: place, "\(name) is \(key.type.article) key, and the row names \(wanted.article) algorithm",
          fix: "correct the fourth field, or remove it"))
    } else if let only = configuration.signing.signatureAlgorithm, only != key.type {
      problems.add(
        ConfigurationProblem(
          .error, at: place, "\(name) is \(key.type.article) key, and SignatureAlgorithm allows others only",
          fix: "remove SignatureAlgorithm: the type of each key tells the algorithm"))
    }
    guard let problem = key.sizeProblem else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: place, "\(name): \(problem)", fix: "make a new one with \"dkimtool genkey\" and publish it"))
  }

  private static let members: [String: MembershipList.Member] = [
    "Domain": .signer, "ExemptDomains": .domain, "TrustSignaturesFrom": .domain, "DontSignMailTo": .recipient,
    "BodyLengthDB": .word, "MTA": .word, "RemoveARFrom": .word,
  ]

  /// Rows that nothing matches, that are there twice, and the like.
  mutating func checkSets() async {
    for (name, member) in Self.members.sorted(by: { $0.key < $1.key }) {
      guard let set = sets[name], !set.matchesPatterns, let rows = try? await set.allRows() else { continue }
      problems.add(MembershipList.problems(of: rows, name, member, at: settings.place(name)))
    }
    let told = Set(Self.hostLists + ["KeyTable", "SigningTable"])
    for (name, set) in sets.sorted(by: { $0.key < $1.key }) where !told.contains(name) {
      problems.add(await set.problems())
    }
  }
}

extension KeyType {
  fileprivate var article: String { self == .rsa ? "an RSA" : "an Ed25519" }
}
