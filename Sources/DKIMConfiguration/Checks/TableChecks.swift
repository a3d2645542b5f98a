internal import DKIMCore

/// Checks of host lists, tables and other data sets.
extension ConfigurationDraft {
  /// Checks the host lists. If InternalHosts contains every client, no mail is verified, and an attacker can get mail
  /// signed.
  mutating func checkHosts() async {
    if settings.has(Setting.internalHosts) {
      let strangers = ["192.0.2.77", "198.51.100.9", "203.0.113.200", "8.8.8.8", "2001:db8::77", "2600::1"]
      for family in [false, true] {
        let addresses = strangers.compactMap { IPAddress($0) }.filter { $0.isIPv6 == family }
        if let row = await everyone(addresses) {
          problems.add(
            ConfigurationProblem(
              .error, at: row.location ?? settings.location(Setting.internalHosts),
              "InternalHosts: \(PrintableText.quoted(row.key)) matches every \(family ? "IPv6" : "IPv4") client: no "
                + "mail is verified, and mail from any client that uses one of your domains is signed",
              fix: "list only the addresses and networks of your own machines"))
        }
      }
      if !(await configuration.origin.internalHosts.decidesAboutLoopback()) {
        report(
          .warning, about: Setting.internalHosts,
          "InternalHosts replaces the default and does not include 127.0.0.1 and ::1: mail from this machine is not "
            + "signed",
          fix: "add 127.0.0.1 and ::1")
      }
    }
    for setting in Self.hostLists {
      if let set = sets[setting.name] { problems.add(await HostList(set).problems()) }
    }
  }

  private static let hostLists = [
    Setting.allowConnectionsFrom, Setting.internalHosts, Setting.peerList, Setting.externalIgnoreList,
  ]

  /// The row that puts the addresses into InternalHosts; `nil` unless all of them are in it.
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
      checkSelector(single.selector.text, at: settings.location(Setting.selector))
      check(single.key, at: settings.location(Setting.keyFile), wanted: nil)
      checkReload(single.key, at: settings.location(Setting.keyFile), user)
    }
    guard case .tables(let signers, let keys) = configuration.signing.keys else {
      checkHasKeys(system)
      return
    }
    problems.add(await keys.problems())
    problems.add(await signers.problems(everyRowCounts: configuration.signing.multipleSignatures))
    await checkResigningRows(keys)
    if configuration.signing.checkSigningTable { problems.add(await signers.problems(against: keys)) }
    for entry in (try? await keys.entries()) ?? [] {
      checkSelector(entry.entry.selector.text, at: entry.entry.location)
      check(entry.entry.key, at: entry.entry.location, wanted: entry.entry.algorithm)
      checkReload(entry.entry.key, at: entry.entry.location, user)
    }
  }

  private mutating func checkHasKeys(_ system: CheckSystem) {
    // If there are other errors, they explain why there are no keys.
    guard configuration.roles.contains(.sign), case .none = configuration.signing.keys, !problems.all.hasErrors,
      !settings.has(Setting.keyFile)
    else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: settings.location(Setting.mode) ?? system.file.map { FileLocation(file: $0) },
        configuration.roles == .sign
          ? "no signing keys are configured, and Mode is s: the filter does nothing"
          : "no signing keys are configured: no mail is signed",
        fix: "add KeyTable and SigningTable, or Domain, Selector and KeyFile"
          + (configuration.roles == .sign ? "" : "; or write Mode v")))
  }

  /// Warns about a selector that contains `._domainkey`. The DNS name of a key is SELECTOR._domainkey.DOMAIN; the
  /// setting must be the selector alone.
  private mutating func checkSelector(_ selector: String, at location: FileLocation?) {
    guard let end = selector.range(ofText: "._domainkey")?.lowerBound else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: location,
        "the selector \(PrintableText.quoted(selector)) contains \"._domainkey\", which verifiers add themselves, "
          + "so they will not find the key", fix: "write \(selector[..<end])"))
  }

  /// Notes a key that only root can read: it is read at the start, but a later reload cannot read a new key.
  private mutating func checkReload(_ key: KeyLocation, at location: FileLocation?, _ user: AccountDirectory.Account?) {
    guard let user, isReadOnlyByRoot(key, user), let path = key.path else { return }
    problems.add(
      ConfigurationProblem(
        .note, at: location,
        "\(path) can be read only at the start, because \(user.name), the user in UserID, has no permission to read "
          + "it: a new key in this file takes effect only after a restart",
        fix: "chown \(user.name): \(ShellWord.quoted(path)) if reloads should read it"))
  }

  /// Checks that a key can be loaded and will be used.
  mutating func check(_ keyLocation: KeyLocation, at location: FileLocation?, wanted: KeyType?) {
    let key: SigningKey
    do throws(SigningKeyStoreError) {
      key = try configuration.signing.keyStore.key(at: keyLocation)
    } catch {
      // Invalid keys inside the table are already reported by the check of the table.
      if case .notAKey(nil, _) = error { return }
      problems.add(error.problem(at: location))
      return
    }
    let name = keyLocation.path ?? "the key"
    if let wanted, wanted != key.type {
      problems.add(
        ConfigurationProblem(
          .error, at: location, "\(name) is \(key.type.article) key, but the row names \(wanted.article) algorithm",
          fix: "correct the fourth field, or remove it"))
    } else if let only = configuration.signing.signatureAlgorithm, only != key.type {
      problems.add(
        ConfigurationProblem(
          .error, at: location, "\(name) is \(key.type.article) key, but SignatureAlgorithm requires the other type",
          fix: "remove SignatureAlgorithm; the algorithm follows from the type of each key"))
    }
    guard let problem = key.sizeProblem else { return }
    problems.add(
      ConfigurationProblem(
        .warning, at: location, "\(name): \(problem)", fix: "make a new key with \"dkimtool genkey\" and publish it"))
  }

  /// The membership lists, in alphabetical order.
  private static let members: [(setting: SettingKey<DataSetText?>, member: MembershipList.Member)] = [
    (Setting.atpsDomains, .domain), (Setting.bodyLengthDB, .word), (Setting.domain, .signer),
    (Setting.dontSignMailTo, .recipient),
    (Setting.exemptDomains, .domain), (Setting.mta, .word), (Setting.removeARFrom, .word),
    (Setting.trustSignaturesFrom, .domain),
  ]

  /// Reports rows that never match, duplicates, and other problems of the remaining data sets.
  mutating func checkSets() async {
    for (setting, member) in Self.members {
      guard let set = sets[setting.name], !set.matchesPatterns, let rows = try? await set.allRows() else { continue }
      problems.add(MembershipList.problems(of: rows, setting.name, member, at: settings.location(setting)))
    }
    if let set = sets[Setting.rateLimits.name], let rows = try? await set.allRows() {
      let location = settings.location(Setting.rateLimits)
      problems.add(RateLimitTable.problems(of: rows, matchesPatterns: set.matchesPatterns, at: location))
    }
    let told = Set((Self.hostLists + [Setting.keyTable, Setting.signingTable]).map(\.name))
    for (name, set) in sets.sorted(by: { $0.key < $1.key }) where !told.contains(name) {
      problems.add(await set.problems())
    }
  }
}

extension KeyType {
  fileprivate var article: String { self == .rsa ? "an RSA" : "an Ed25519" }
}
