import DKIMConfiguration
import DKIMCore

/// Selection of the keys that sign for a sender.
extension Decider {
  /// Returns the signatures to make; none if mail from that sender is not signed here.
  mutating func plannedSignatures(for sender: MailAddress) async throws(DecisionFailure) -> [PlannedSignature] {
    let start = steps.count
    var summary = "the keys for \(sender) are not available"
    defer { sumUp(from: start, .init(.note, summary)) }
    let planned = try await planSignatures(for: sender)
    let count = planned.count
    summary = (count == 0 ? "no key signs" : count == 1 ? "1 key signs" : "\(count) keys sign") + " for \(sender)"
    return planned
  }

  private mutating func planSignatures(for sender: MailAddress) async throws(DecisionFailure) -> [PlannedSignature] {
    switch configuration.signing.keys {
    case .none:
      note(.notApplied, "no signing keys are configured")
      return []
    case .single(let single):
      return try await signature(for: sender, single)
    case .tables(let signingTable, let keyTable):
      return try await signatures(for: sender, signingTable, keyTable)
    }
  }

  private mutating func signature(
    for sender: MailAddress, _ single: SigningRules.SingleKey
  ) async throws(DecisionFailure) -> [PlannedSignature] {
    guard let match = try await domainMatch(for: sender.domain, single) else { return [] }
    let isParent = match.domain != sender.domain
    steps.append(
      .init(
        .applied, "\(sender.domain) is signed by '\(match.row.key)'", setting: isParent ? "SubDomains" : "Domain",
        location: match.row.location ?? configuration.locations["Domain"]))
    let key = try await key(at: single.key, name: nil)
    if isOtherType(key) { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
    let identity = isParent ? Identity(localPart: "", domain: match.domain) : nil
    return [PlannedSignature(domain: match.domain, selector: single.selector, key: key, identity: identity)]
  }

  /// Finds the row of `Domain` that names the domain or, with `SubDomains`, a parent domain.
  mutating func domainMatch(
    for domain: DomainName, _ single: SigningRules.SingleKey
  ) async throws(DecisionFailure) -> MembershipList.DomainMatch? {
    let match = try await lookUp("Domain") { () throws(DataSetError) in
      try await single.domains.domainMatch(for: domain, subDomains: single.subDomains)
    }
    if match?.domain != domain { note(openDKIMLine: "no signing domain match for '\(domain)'", "Domain") }
    if match == nil { note(openDKIMLine: "no signing subdomain match for '\(domain)'", "SubDomains") }
    return match
  }

  private mutating func signatures(
    for sender: MailAddress, _ signingTable: SigningTable, _ keyTable: KeyTable
  ) async throws(DecisionFailure) -> [PlannedSignature] {
    let all = configuration.signing.multipleSignatures
    let matches = try await lookUp("SigningTable") { () throws(DataSetError) in
      try await signingTable.matches(for: sender, all: all)
    }
    if matches.isEmpty { note(openDKIMLine: "no signing table match for '\(sender)'", "SigningTable") }
    if inDetail { await noteNearMisses(of: signingTable, for: sender) }
    var planned: [PlannedSignature] = []
    for match in matches {
      let start = steps.count
      defer {
        let text = "'\(match.row.key)' names the key '\(match.keyName)'"
        let location = match.row.location ?? configuration.locations["SigningTable"]
        sumUp(from: start, .init(.applied, text, setting: "SigningTable", location: location))
      }
      if let signature = try await signature(for: sender, match, keyTable) { planned.append(signature) }
    }
    // Rows matched, so the message has to be signed.
    if planned.isEmpty, !matches.isEmpty { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
    return planned
  }

  /// Returns true if the key is of a type that `SignatureAlgorithm` excludes.
  private mutating func isOtherType(_ key: SigningKey) -> Bool {
    guard let wanted = configuration.signing.signatureAlgorithm, wanted != key.type else { return false }
    note(.notApplied, "the \(key.type.rawValue) key is not used", "SignatureAlgorithm")
    return true
  }

  mutating func noteNearMisses(of table: SigningTable, for sender: MailAddress) async {
    for miss in await table.nearMisses(for: sender) {
      steps.append(
        .init(.notApplied, "'\(miss.row.key)' \(miss.reason)", setting: "SigningTable", location: miss.row.location))
    }
  }

  private mutating func signature(
    for sender: MailAddress, _ match: SigningTable.Match, _ keyTable: KeyTable
  ) async throws(DecisionFailure) -> PlannedSignature? {
    let entry: KeyTable.Entry?
    do throws(KeyTableError) {
      entry = try await keyTable.entry(named: match.keyName, senderDomain: sender.domain)
    } catch {
      switch error {
      case .dataSet(let error): throw .dataSet(setting: "KeyTable", error)
      case .corrupt(let name, let why, _): throw .corruptKeyEntry(name: name, why: why)
      }
    }
    guard let entry else { throw .unknownKey(match.keyName) }
    steps.append(
      .init(
        .note, "key '\(match.keyName)': d=\(entry.domain) s=\(entry.selector) \(entry.key.text)", setting: "KeyTable",
        location: entry.location))
    let key = try await key(at: entry.key, name: match.keyName)
    // The algorithm in the row takes precedence over SignatureAlgorithm.
    if let algorithm = entry.algorithm, algorithm != key.type {
      let why = "the KeyTable row has \(algorithm.rawValue), but the key is an \(key.type.rawValue) key"
      throw .corruptKeyEntry(name: match.keyName, why: why)
    }
    if entry.algorithm == nil, isOtherType(key) { return nil }
    let identity = identity(match.identity, within: entry.domain)
    return PlannedSignature(domain: entry.domain, selector: entry.selector, key: key, identity: identity)
  }

  private func key(at location: KeyLocation, name: String?) async throws(DecisionFailure) -> SigningKey {
    do throws(SigningKeyStoreError) {
      return try await configuration.signing.keyStore.loadKey(at: location)
    } catch {
      if case .tooSmall(_, let bits, let minimum) = error { throw .keyTooSmall(bits: bits, minimum: minimum) }
      throw .keyNotLoaded(name: name, error)
    }
  }

  /// Parses the identity for `i=`. It must be within `d=`; otherwise it is left out, and this is logged.
  private mutating func identity(_ text: String?, within domain: DomainName) -> Identity? {
    guard let text else { return nil }
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false).map { String($0) }
    if parts.count >= 2, let last = parts.last, let name = try? DomainName(last), name.isEqualToOrSubdomain(of: domain)
    {
      return Identity(localPart: parts.dropLast().joined(separator: "@"), domain: name)
    }
    log.append(.identityDropped(text, domain: domain.text))
    note(.notApplied, "i=\(text) is not within d=\(domain) and is left out", "SigningTable")
    return nil
  }
}

extension KeyLocation {
  /// The path, or a note that the key is in the table itself.
  var text: String {
    switch self {
    case .file(let path): path
    case .inline: "the table itself"
    }
  }
}
