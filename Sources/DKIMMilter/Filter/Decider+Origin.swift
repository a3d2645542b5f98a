import DKIMConfiguration
import DKIMCore

/// The origin of a message: the sender address, which decides who signs, and whether the client is internal.
extension Decider {
  /// Reads the sender's address. Its domain is in lower case, because a signature may be made in its name.
  mutating func readSender() async throws(DecisionFailure) -> MailAddress? {
    let (address, step) = findSender()
    // A signature must cover From, so DefaultSender cannot stand in for a field that does not exist.
    // RFC 6376 §5.4
    if address == nil, let standIn = configuration.origin.defaultSender, header.positions(of: .from).count == 1,
      facts.header.excess == nil, try await isSigningCandidate()
    {
      record.append(.sender(.standIn(standIn, because: step)))
      return standIn
    }
    record.append(.sender(step))
    return address.map { MailAddress(localPart: $0.localPart, domain: $0.domain.lowercased) }
  }

  /// Returns the address in the macro, or in the first of the configured fields that the message has.
  private func findSender() -> (MailAddress?, SenderStep) {
    if let macro = configuration.origin.senderMacro, let value = facts.macro(macro), !value.isEmpty {
      if let address = try? MailAddress(value) {
        return (address, .inMacro(address, macro: macro))
      }
      return (nil, .badMacro(macro, value: value))
    }
    for name in configuration.origin.senderHeaders {
      guard let position = header.positions(of: name).first else { continue }
      let value = header.value(of: position)
      do {
        let address = try MailAddress(firstOf: value.span)
        return (address, .inField(address, field: name.text))
      } catch {
        return (nil, .badField(name.text, value: String(decoding: value, as: UTF8.self), error))
      }
    }
    return (nil, .missing(fields: configuration.origin.senderHeaders.map(\.text)))
  }

  mutating func isExempt(_ domain: DomainName) async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.exemptDomains else { return false }
    guard
      let row = try await lookUp(
        Setting.exemptDomains.name, { () throws(DataSetError) in try await list.row(for: domain.text) })
    else { return false }
    record.append(.sender(.exempt(domain, row)))
    return true
  }

  /// Decides whether the client is internal: by `MTA`, `MacroList`, `InternalHosts`, SMTP authentication or `POPDBFile`.
  mutating func isInternal() async throws(DecisionFailure) -> Bool {
    if let knownOrigin { return knownOrigin }
    let start = record.count
    var isInternal = matchesMTA()
    if !isInternal { isInternal = matchesMacros() }
    if !isInternal { isInternal = try await isInternalHost() }
    if !isInternal { isInternal = isAuthenticated() }
    if !isInternal { isInternal = try await hasFetchedMail() }
    record.sumUp(from: start, as: .client(.isInternal(isInternal)))
    knownOrigin = isInternal
    return isInternal
  }

  private mutating func matchesMTA() -> Bool {
    guard !configuration.origin.mta.isEmpty else { return false }
    let daemon = facts.macro("daemon_name") ?? ""
    if configuration.origin.mta.contains(daemon) {
      record.append(.client(.isMTA(daemon)))
      return true
    }
    record.append(.client(.isNotMTA(host: facts.macro("j") ?? "unknown-host", daemon: daemon)))
    return false
  }

  private mutating func matchesMacros() -> Bool {
    guard !configuration.origin.macroList.isEmpty else { return false }
    for rule in configuration.origin.macroList {
      guard let value = facts.macro(rule.name), !value.isEmpty else { continue }
      if rule.values.isEmpty || rule.values.contains(value) {
        record.append(.client(.macro(rule, value: value)))
        return true
      }
    }
    record.append(.client(.noMacro))
    return false
  }

  private mutating func isInternalHost() async throws(DecisionFailure) -> Bool {
    let client = facts.connection
    let list = configuration.origin.internalHosts
    let match = try await lookUp(Setting.internalHosts.name) { () throws(DataSetError) in
      try await list.match(name: client.hostName, address: client.effectiveAddress)
    }
    guard let match else {
      record.append(.client(.notInternalHost(client, hasAuthenticated: authenticationType != nil)))
      return false
    }
    record.append(.client(.internalHost(client, match.row)))
    return true
  }

  /// The method of SMTP authentication; `nil` if the client has not authenticated.
  private var authenticationType: String? { facts.macro("auth_type").flatMap { $0.isEmpty ? nil : $0 } }

  private mutating func isAuthenticated() -> Bool {
    if let type = authenticationType {
      record.append(.client(.authenticated(type)))
      return true
    }
    record.append(.client(.notAuthenticated))
    return false
  }

  /// Returns true if the client's address is in `POPDBFile`.
  private mutating func hasFetchedMail() async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.popDatabase else { return false }
    let client = facts.connection
    let address = client.effectiveAddress.map { "\($0)" } ?? ""
    let row = try await lookUp(Setting.popDBFile.name) { () throws(DataSetError) in try await list.row(for: address) }
    guard let row else {
      record.append(.client(.notInPOPDatabase))
      return false
    }
    record.append(.client(.inPOPDatabase(client, row)))
    return true
  }

  /// Records that a client that is not internal sends mail from a domain that is signed here. As in OpenDKIM, this is
  /// logged only for `Domain`; the rows of a SigningTable are looked up only for a detailed explanation.
  mutating func recordExternalSender(_ sender: MailAddress) async throws(DecisionFailure) {
    let start = record.count
    var reportedHost: String?
    switch configuration.signing.keys {
    case .none, .scripted: return
    case .single(let single):
      guard try await domainMatch(for: sender.domain, single) != nil else { return }
      if try await !isIgnored(sender.domain) { reportedHost = facts.connection.hostName }
    case .tables(let table, _):
      guard inDetail else { return }
      let isSigned = try await lookUp(Setting.signingTable.name) { () throws(DataSetError) in
        try await !table.matches(for: sender, all: false).isEmpty
      }
      guard isSigned else { return }
      await noteRows(of: table, for: sender)
    }
    record.sumUp(from: start, as: .client(.external(sender: sender, reportedHost: reportedHost)))
  }

  /// Returns true if the client is in `ExternalIgnoreList`.
  private mutating func isIgnored(_ domain: DomainName) async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.externalIgnoreList else { return false }
    let client = facts.connection
    let match = try await lookUp(Setting.externalIgnoreList.name) { () throws(DataSetError) in
      try await list.match(name: client.hostName, address: client.effectiveAddress)
    }
    guard let match else { return false }
    record.append(.client(.maySend(client, as: domain, match.row)))
    return true
  }

  /// Records the rows that match the sender, and those that nearly match.
  private mutating func noteRows(of table: SigningTable, for sender: MailAddress) async {
    let matches = (try? await table.matches(for: sender, all: configuration.signing.multipleSignatures)) ?? []
    for match in matches { record.append(.key(.wouldSign(match))) }
    await noteNearMisses(of: table, for: sender)
  }

  func lookUp<Value>(
    _ setting: String, _ body: () async throws(DataSetError) -> Value
  ) async throws(DecisionFailure) -> Value {
    // The caller has stopped waiting.
    if Task.isCancelled {
      throw .dataSet(setting: setting, .temporary("the lookups for this message exceeded the time limit"))
    }
    do { return try await body() } catch { throw .dataSet(setting: setting, error) }
  }
}
