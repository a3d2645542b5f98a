import DKIMConfiguration
import DKIMCore

/// Selection of the keys that sign for a sender.
extension Decider {
  /// Returns the signatures to make; none if mail from that sender is not signed here.
  /// - Parameter all: with the keys of all matching rows; `nil`: as `MultipleSignatures` says.
  mutating func plannedSignatures(for sender: MailAddress, all: Bool? = nil) async throws(DecisionFailure)
    -> [PlannedSignature]
  {
    let start = record.count
    var count: Int?
    defer { record.sumUp(from: start, as: .key(.found(count: count, for: sender))) }
    let planned = try await planSignatures(for: sender, all: all ?? configuration.signing.multipleSignatures)
    count = planned.count
    return planned
  }

  private mutating func planSignatures(
    for sender: MailAddress, all: Bool
  ) async throws(DecisionFailure) -> [PlannedSignature] {
    switch configuration.signing.keys {
    case .scripted: return []
    case .none:
      record.append(.key(.none))
      return []
    case .single(let single):
      return try await signature(for: sender, single)
    case .tables(let signingTable, let keyTable):
      return try await signatures(for: sender, signingTable, keyTable, all: all)
    }
  }

  private mutating func signature(
    for sender: MailAddress, _ single: SigningRules.SingleKey
  ) async throws(DecisionFailure) -> [PlannedSignature] {
    guard let match = try await domainMatch(for: sender.domain, single) else { return [] }
    record.append(.key(.domain(sender.domain, match)))
    let key = try await singleKey(single)
    let identity = match.domain == sender.domain ? nil : Identity(localPart: "", domain: match.domain)
    return [PlannedSignature(domain: match.domain, selector: single.selector, key: key, identity: identity)]
  }

  /// Returns the key of `KeyFile`.
  mutating func singleKey(_ single: SigningRules.SingleKey) async throws(DecisionFailure) -> SigningKey {
    let key = try await key(at: single.key, name: nil)
    if isOtherType(key) { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
    return key
  }

  /// Finds the row of `Domain` that names the domain or, with `SubDomains`, a parent domain.
  mutating func domainMatch(
    for domain: DomainName, _ single: SigningRules.SingleKey
  ) async throws(DecisionFailure) -> MembershipList.DomainMatch? {
    let match = try await lookUp(Setting.domain.name) { () throws(DataSetError) in
      try await single.domains.domainMatch(for: domain, subDomains: single.subDomains)
    }
    if match?.domain != domain { record.append(.key(.noDomain(domain))) }
    if match == nil { record.append(.key(.noParentDomain(domain))) }
    return match
  }

  private mutating func signatures(
    for sender: MailAddress, _ signingTable: SigningTable, _ keyTable: KeyTable, all: Bool
  ) async throws(DecisionFailure) -> [PlannedSignature] {
    let matches = try await lookUp(Setting.signingTable.name) { () throws(DataSetError) in
      try await signingTable.matches(for: sender, all: all)
    }
    if matches.isEmpty { record.append(.key(.noSigningTableRow(sender))) }
    if inDetail { await noteNearMisses(of: signingTable, for: sender) }
    var planned: [PlannedSignature] = []
    for match in matches {
      let start = record.count
      defer { record.sumUp(from: start, as: .key(.signingTable(match))) }
      if let signature = try await signature(for: sender, match, keyTable) { planned.append(signature) }
    }
    // Rows matched, so the message has to be signed.
    if planned.isEmpty, !matches.isEmpty { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
    return planned
  }

  /// Returns true if the key is of a type that `SignatureAlgorithm` excludes.
  private mutating func isOtherType(_ key: SigningKey) -> Bool {
    guard let wanted = configuration.signing.signatureAlgorithm, wanted != key.type else { return false }
    record.append(.key(.excludedType(key.type)))
    return true
  }

  mutating func noteNearMisses(of table: SigningTable, for sender: MailAddress) async {
    for miss in await table.nearMisses(for: sender) { record.append(.key(.nearMiss(miss))) }
  }

  mutating func signature(
    for sender: MailAddress, _ match: SigningTable.Match, _ keyTable: KeyTable
  ) async throws(DecisionFailure) -> PlannedSignature? {
    try await signature(named: match.keyName, identity: match.identity, keyTable, senderDomain: sender.domain)
  }

  /// Returns the signature that `sign` of a script requests; `nil` if there is no key for it.
  /// - Parameter name: the name of a row of KeyTable; `nil`: the key of `KeyFile`.
  mutating func requestedSignature(
    _ name: String?, signer: String?, sender: MailAddress?
  ) async throws(DecisionFailure) -> PlannedSignature? {
    switch (configuration.signing.keys, name) {
    case (.none, _), (.tables, nil), (.scripted, nil), (.single, _?): return nil
    case (.single(let single), nil):
      guard let domain = try await signingDomain(single, sender) else { return nil }
      let key = try await key(at: single.key, name: nil)
      if isOtherType(key) { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
      let identity = identity(signer, within: domain)
      return PlannedSignature(domain: domain, selector: single.selector, key: key, identity: identity)
    case (.tables(_, let keyTable), let name?), (.scripted(let keyTable), let name?):
      guard let sender else { return nil }
      let found = try await signature(named: name, identity: signer, keyTable, senderDomain: sender.domain)
      guard let found else { throw .noKeyOfType(configuration.signing.signatureAlgorithm) }
      return found
    }
  }

  /// The domain with which the single key signs for a sender.
  private mutating func signingDomain(
    _ single: SigningRules.SingleKey, _ sender: MailAddress?
  ) async throws(DecisionFailure) -> DomainName? {
    guard let sender else { return nil }
    return try await domainMatch(for: sender.domain, single)?.domain
  }

  private mutating func signature(
    named keyName: String, identity: String?, _ keyTable: KeyTable, senderDomain: DomainName
  ) async throws(DecisionFailure) -> PlannedSignature? {
    let entry: KeyTable.Entry?
    do throws(KeyTableError) {
      entry = try await keyTable.entry(named: keyName, senderDomain: senderDomain)
    } catch {
      switch error {
      case .dataSet(let error): throw .dataSet(setting: Setting.keyTable.name, error)
      case .corrupt(let name, let why, _): throw .corruptKeyEntry(name: name, why: why)
      }
    }
    guard let entry else { throw .unknownKey(keyName) }
    record.append(.key(.keyTable(name: keyName, entry)))
    let key = try await key(at: entry.key, name: keyName)
    // The algorithm in the row takes precedence over SignatureAlgorithm.
    if let algorithm = entry.algorithm, algorithm != key.type {
      let why = "the \(Setting.keyTable.name) row has \(algorithm.rawValue), but the key is an \(key.type.rawValue) key"
      throw .corruptKeyEntry(name: keyName, why: why)
    }
    if entry.algorithm == nil, isOtherType(key) { return nil }
    let identity = self.identity(identity, within: entry.domain)
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
    if let identity = Self.identity(text, within: domain) { return identity }
    record.append(.key(.identityDropped(text, domain: domain)))
    return nil
  }

  /// Parses an identity; `nil` if it is not an address within the domain.
  static func identity(_ text: String, within domain: DomainName) -> Identity? {
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false).map { String($0) }
    if parts.count >= 2, let last = parts.last, let name = try? DomainName(last), name.isEqualToOrSubdomain(of: domain)
    {
      return Identity(localPart: parts.dropLast().joined(separator: "@"), domain: name)
    }
    return nil
  }
}
