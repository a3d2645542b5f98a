import DKIMConfiguration
import DKIMCore

/// The origin of a message: the sender address, which decides who signs, and whether the client is internal.
extension Decider {
  /// Reads the sender's address. Its domain is in lower case, because a signature may be made in its name.
  mutating func readSender() -> MailAddress? {
    findSender().map { MailAddress(localPart: $0.localPart, domain: $0.domain.lowercased) }
  }

  /// Returns the address in the macro, or in the first of the configured fields that the message has.
  private mutating func findSender() -> MailAddress? {
    if let macro = configuration.origin.senderMacro, let value = facts.macros[macro], !value.isEmpty {
      if let address = try? MailAddress(value) {
        note(.note, "sender \(address), from the macro \(macro)", "SenderMacro")
        return address
      }
      log.append(.badSender(field: macro, value: value))
      note(.failure, "the macro \(macro) does not contain an address: '\(value)'", "SenderMacro")
      return nil
    }
    for name in configuration.origin.senderHeaders {
      guard let position = facts.header.positions(of: name).first else { continue }
      let value = facts.header.value(of: position)
      do {
        let address = try MailAddress(firstOf: value.span)
        note(.note, "sender \(address), from the field \(name)", "SenderHeaders")
        return address
      } catch {
        log.append(.badSender(field: name.text, value: String(decoding: value, as: UTF8.self)))
        note(.failure, "the field \(name) does not contain an address: \(error)", "SenderHeaders")
        return nil
      }
    }
    log.append(.noSender)
    let names = configuration.origin.senderHeaders.map(\.text).joined(separator: ", ")
    note(.failure, "the message has none of the fields \(names)")
    return nil
  }

  mutating func isExempt(_ domain: DomainName) async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.exemptDomains else { return false }
    guard
      let row = try await lookUp("ExemptDomains", { () throws(DataSetError) in try await list.row(for: domain.text) })
    else { return false }
    steps.append(
      .init(
        .applied, "domain '\(domain)' exempted, accepting", setting: "ExemptDomains", location: row.location,
        isOpenDKIMLine: true))
    return true
  }

  /// Decides whether the client is internal: by `MTA`, `MacroList`, `InternalHosts` or SMTP authentication.
  mutating func isInternal() async throws(DecisionFailure) -> Bool {
    let start = steps.count
    var isInternal = matchesMTA()
    if !isInternal { isInternal = matchesMacros() }
    if !isInternal { isInternal = try await isInternalHost() }
    if !isInternal { isInternal = isAuthenticated() }
    sumUp(from: start, .init(.note, isInternal ? "the client is internal" : "the client is not internal"))
    return isInternal
  }

  private mutating func matchesMTA() -> Bool {
    guard !configuration.origin.mta.isEmpty else { return false }
    let daemon = facts.macros["daemon_name"] ?? ""
    if configuration.origin.mta.contains(daemon) {
      note(.applied, "the MTA's daemon_name is \(daemon)", "MTA")
      return true
    }
    note(openDKIMLine: "no MTA name match (host=\(facts.macros["j"] ?? "unknown-host"), MTA=\(daemon))", "MTA")
    return false
  }

  private mutating func matchesMacros() -> Bool {
    guard !configuration.origin.macroList.isEmpty else { return false }
    for rule in configuration.origin.macroList {
      guard let value = facts.macros[rule.name], !value.isEmpty else { continue }
      if rule.values.isEmpty || rule.values.contains(value) {
        steps.append(
          .init(
            .applied, "macro \(rule.name) is '\(value)'", setting: "MacroList",
            location: rule.location ?? configuration.locations["MacroList"]))
        return true
      }
    }
    note(openDKIMLine: "no macros match", "MacroList")
    return false
  }

  private mutating func isInternalHost() async throws(DecisionFailure) -> Bool {
    let client = facts.connection
    let list = configuration.origin.internalHosts
    let match = try await lookUp("InternalHosts") { () throws(DataSetError) in
      try await list.match(name: client.hostName, address: client.effectiveAddress)
    }
    guard let match else {
      // OpenDKIM logs this line only for clients that have not authenticated.
      steps.append(
        .init(
          .notApplied, "\(client.clientText) not internal", setting: "InternalHosts",
          location: configuration.locations["InternalHosts"], isOpenDKIMLine: authenticationType == nil))
      return false
    }
    steps.append(
      .init(
        .applied, "\(client.shortText) matches '\(match.row.key)'", setting: "InternalHosts",
        location: match.row.location ?? configuration.locations["InternalHosts"]))
    return true
  }

  /// The method of SMTP authentication; `nil` if the client has not authenticated.
  private var authenticationType: String? { facts.macros["auth_type"].flatMap { $0.isEmpty ? nil : $0 } }

  private mutating func isAuthenticated() -> Bool {
    if let type = authenticationType {
      note(.applied, "the client has authenticated (\(type))")
      return true
    }
    steps.append(.init(.notApplied, "not authenticated", isOpenDKIMLine: true))
    return false
  }

  /// Notes that a client that is not internal sends mail from a domain that is signed here. As in OpenDKIM, this is
  /// logged only for `Domain`; the rows of a SigningTable are looked up only for a detailed explanation.
  mutating func noteOutsider(_ sender: MailAddress) async throws(DecisionFailure) {
    let start = steps.count
    switch configuration.signing.keys {
    case .none: return
    case .single(let single):
      guard try await domainMatch(for: sender.domain, single) != nil else { return }
      if try await !isIgnored(sender.domain) {
        log.append(.externalHost(facts.connection.hostName, domain: sender.domain.text))
      }
    case .tables(let table, _):
      guard inDetail else { return }
      let isSigned = try await lookUp("SigningTable") { () throws(DataSetError) in
        try await !table.matches(for: sender, all: false).isEmpty
      }
      guard isSigned else { return }
      await noteRows(of: table, for: sender)
    }
    sumUp(
      from: start, .init(.note, "mail from \(sender) is signed for internal clients: this client is not internal"))
  }

  /// Returns true if the client is in `ExternalIgnoreList`.
  private mutating func isIgnored(_ domain: DomainName) async throws(DecisionFailure) -> Bool {
    guard let list = configuration.origin.externalIgnoreList else { return false }
    let client = facts.connection
    let match = try await lookUp("ExternalIgnoreList") { () throws(DataSetError) in
      try await list.match(name: client.hostName, address: client.effectiveAddress)
    }
    guard let match else { return false }
    steps.append(
      .init(
        .applied, "\(client.shortText) may send as \(domain)", setting: "ExternalIgnoreList",
        location: match.row.location))
    return true
  }

  /// Notes the rows that match the sender, and those that nearly match.
  private mutating func noteRows(of table: SigningTable, for sender: MailAddress) async {
    let matches = (try? await table.matches(for: sender, all: configuration.signing.multipleSignatures)) ?? []
    for match in matches {
      let text = "'\(match.row.key)' would name the key '\(match.keyName)'"
      steps.append(.init(.notApplied, text, setting: "SigningTable", location: match.row.location))
    }
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
