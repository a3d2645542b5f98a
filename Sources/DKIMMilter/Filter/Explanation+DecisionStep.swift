import DKIMConfiguration
import DKIMCore

extension Explanation.Step {
  /// Creates the explanation of a step; `nil` if the step is only logged.
  /// - Parameter locations: the locations of the settings.
  init?(_ step: DecisionStep, _ locations: [String: FileLocation]) {
    switch step {
    case .sender(let step): self.init(step, locations)
    case .client(let step): self.init(step, locations)
    case .key(let step): self.init(step, locations)
    case .message(let step): self.init(step, locations)
    case .outcome(let step): self.init(step, locations)
    case .script(let step): self.init(step, locations)
    case .failure(let failure): self.init(failure)
    case .errorLoadingKey(let name, let isExplained):
      guard isExplained else { return nil }
      self.init(.failure, LogEvent.errorLoadingKey(name).text)
    }
  }

  /// Creates a step about a setting.
  private init(_ kind: Kind, _ text: String, of setting: String, _ locations: [String: FileLocation]) {
    self.init(kind, text, setting: setting, location: locations[setting])
  }

  /// Creates a step about a row of the data set in a setting.
  private init(
    _ kind: Kind, _ text: String, of setting: String, _ row: DataSetRow, else locations: [String: FileLocation] = [:]
  ) {
    self.init(kind, text, setting: setting, location: row.location ?? locations[setting])
  }

  private init(_ step: SenderStep, _ locations: [String: FileLocation]) {
    switch step {
    case .inMacro(let address, let macro):
      self.init(.note, "sender \(address), from the macro \(macro)", of: Setting.senderMacro.name, locations)
    case .badMacro(let macro, let value):
      self.init(
        .failure, "the macro \(macro) does not contain an address: '\(value)'", of: Setting.senderMacro.name, locations)
    case .inField(let address, let field):
      self.init(.note, "sender \(address), from the field \(field)", of: Setting.senderHeaders.name, locations)
    case .badField(let field, _, let error):
      self.init(
        .failure, "the field \(field) does not contain an address: \(error)", of: Setting.senderHeaders.name, locations)
    case .missing(let fields):
      self.init(.failure, "the message has none of the fields \(fields.joined(separator: ", "))")
    case .standIn(let address, let why):
      self.init(.applied, "sender \(address), because there is no other", of: Setting.defaultSender.name, locations)
      steps = [Self(why, locations)]
    case .exempt(let domain, let row):
      self.init(.applied, "domain '\(domain)' exempted, accepting", of: Setting.exemptDomains.name, row)
    }
  }

  private init(_ step: ClientStep, _ locations: [String: FileLocation]) {
    switch step {
    case .isMTA(let daemon): self.init(.applied, "the MTA's daemon_name is \(daemon)", of: Setting.mta.name, locations)
    case .isNotMTA(let host, let daemon):
      self.init(.notApplied, "no MTA name match (host=\(host), MTA=\(daemon))", of: Setting.mta.name, locations)
    case .macro(let rule, let value):
      self.init(
        .applied, "macro \(rule.name) is '\(value)'", setting: Setting.macroList.name,
        location: rule.location ?? locations[Setting.macroList.name])
    case .noMacro: self.init(.notApplied, "no macros match", of: Setting.macroList.name, locations)
    case .internalHost(let client, let row):
      self.init(
        .applied, "\(client.shortText) matches '\(row.key)'", of: Setting.internalHosts.name, row, else: locations)
    case .notInternalHost(let client, _):
      self.init(.notApplied, "\(client.clientText) not internal", of: Setting.internalHosts.name, locations)
    case .authenticated(let method): self.init(.applied, "the client has authenticated (\(method))")
    case .notAuthenticated: self.init(.notApplied, "not authenticated")
    case .inPOPDatabase(let client, let row):
      self.init(
        .applied, "\(client.shortText) has recently fetched mail", of: Setting.popDBFile.name, row, else: locations)
    case .notInPOPDatabase: self.init(.notApplied, "not POP authenticated", of: Setting.popDBFile.name, locations)
    case .isInternal(let isInternal):
      self.init(.note, isInternal ? "the client is internal" : "the client is not internal")
    case .maySend(let client, let domain, let row):
      self.init(.applied, "\(client.shortText) may send as \(domain)", of: Setting.externalIgnoreList.name, row)
    case .external(let sender, _):
      self.init(.note, "mail from \(sender) is signed for internal clients: this client is not internal")
    case .peer(let client, let row):
      self.init(.applied, "\(client.shortText) matches '\(row.key)'", of: Setting.peerList.name, row)
    case .notPeer(let client):
      self.init(.notApplied, "\(client.shortText) is not listed", of: Setting.peerList.name, locations)
    case .peerListFailed(let error): self.init(.failure, "\(error)", setting: Setting.peerList.name)
    }
  }

  private init(_ step: KeyStep, _ locations: [String: FileLocation]) {
    switch step {
    case .none: self.init(.notApplied, "no signing keys are configured")
    case .found(nil, let sender): self.init(.note, "the keys for \(sender) are not available")
    case .found(0, let sender): self.init(.note, "no key signs for \(sender)")
    case .found(1, let sender): self.init(.note, "1 key signs for \(sender)")
    case .found(let count?, let sender): self.init(.note, "\(count) keys sign for \(sender)")
    case .domain(let domain, let match):
      self.init(
        .applied, "\(domain) is signed by '\(match.row.key)'",
        setting: match.domain == domain ? Setting.domain.name : Setting.subDomains.name,
        location: match.row.location ?? locations[Setting.domain.name])
    case .noDomain(let domain):
      self.init(.notApplied, "no signing domain match for '\(domain)'", of: Setting.domain.name, locations)
    case .noParentDomain(let domain):
      self.init(.notApplied, "no signing subdomain match for '\(domain)'", of: Setting.subDomains.name, locations)
    case .signingTable(let match):
      self.init(
        .applied, "'\(match.row.key)' names the key '\(match.keyName)'", of: Setting.signingTable.name, match.row,
        else: locations)
    case .noSigningTableRow(let sender):
      self.init(.notApplied, "no signing table match for '\(sender)'", of: Setting.signingTable.name, locations)
    case .wouldSign(let match):
      self.init(
        .notApplied, "'\(match.row.key)' would name the key '\(match.keyName)'", of: Setting.signingTable.name,
        match.row)
    case .nearMiss(let miss):
      self.init(.notApplied, "'\(miss.row.key)' \(miss.reason)", of: Setting.signingTable.name, miss.row)
    case .keyTable(let name, let entry):
      self.init(
        .note, "key '\(name)': d=\(entry.domain) s=\(entry.selector) \(entry.key.text)", setting: Setting.keyTable.name,
        location: entry.location)
    case .excludedType(let type):
      self.init(.notApplied, "the \(type.rawValue) key is not used", of: Setting.signatureAlgorithm.name, locations)
    case .identity(let identity, let field):
      self.init(.applied, "i=\(identity), from the field \(field)", of: Setting.identityHeader.name, locations)
    case .identityIgnored(let text, let field, let domain):
      self.init(
        .notApplied, "'\(text)' in the field \(field) is not within d=\(domain) and is not used as i=",
        of: Setting.identityHeader.name, locations)
    case .identityHeaderRemoved(let field):
      self.init(.applied, "the field \(field) is removed", of: Setting.identityHeaderRemove.name, locations)
    case .identityDropped(let identity, let domain):
      self.init(
        .notApplied, "i=\(identity) is not within d=\(domain) and is left out", of: Setting.signingTable.name, locations
      )
    }
  }

  private init(_ step: MessageStep, _ locations: [String: FileLocation]) {
    switch step {
    case .headerTooLarge(let excess): self.init(.failure, "\(excess)", of: Setting.maximumHeaders.name, locations)
    case .recipientsCut:
      self.init(.failure, "some recipients were not checked: there are too many, or they are too long or not UTF-8")
    case .notSigned(let recipient, let row):
      self.init(.applied, "mail to \(recipient) is not signed", of: Setting.dontSignMailTo.name, row)
    case .bodyLimit(let limit):
      self.init(
        .applied, "at most \(limit) bytes of the body are signed", of: Setting.maximumSignedBytes.name, locations)
    case .bodyLength(let recipient, let row):
      self.init(.applied, "\(recipient) matches '\(row.key)': signed with l=", of: Setting.bodyLengthDB.name, row)
    case .trusted(let domain, let row):
      self.init(.applied, "signatures of \(domain) are trusted", of: Setting.trustSignaturesFrom.name, row)
    case .limited(let limit, let rules):
      let mail =
        limit.domain == RateLimitTable.unsigned
        ? "mail without a valid signature" : "mail with a valid signature of \(limit.domain)"
      self.init(
        .note, "\(mail): at most \(limit.maximum / rules.factor) messages within \(rules.seconds) s",
        of: Setting.rateLimits.name,
        limit.row)
    case .resigned(let recipient, let row):
      self.init(.applied, "\(recipient) matches '\(row.key)'", of: Setting.resignMailTo.name, row, else: locations)
    case .replaced(let rule, let fields):
      let names = fields.prefix(5).joined(separator: ", ") + (fields.count > 5 ? ", …" : "")
      self.init(
        .applied, "'\(rule.expression)' replaces text in \(names) before signing", setting: Setting.replaceRules.name,
        location: rule.location ?? locations[Setting.replaceRules.name])
    case .delegated(let author, let row):
      self.init(
        .applied, "third-party signatures name \(author) (atps=)", of: Setting.atpsDomains.name, row, else: locations)
    case .vouched(let info):
      self.init(
        .applied, "VBR-Info is added: md=\(info.domain.asciiForm) mc=\(info.content.rawValue)",
        of: Setting.vbrCertifiers.name,
        locations)
    case .vouchingLeftOut(let info, let existing):
      self.init(
        .notApplied,
        "VBR-Info with mc=\(info.content.rawValue) is left out, because the message has one with mc=\(existing.rawValue)",
        of: Setting.vbrCertifiers.name, locations)
    case .badVouchingField(let name): self.init(.failure, "the field \(name) is not valid and is ignored")
    case .headerRequirement(let why): self.init(.failure, why, of: Setting.requiredHeaders.name, locations)
    case .malformed(let why): self.init(.failure, why, of: Setting.strictHeaders.name, locations)
    }
  }

  private init(_ step: OutcomeStep, _ locations: [String: FileLocation]) {
    switch step {
    case .toBeSigned(let signature, let rules, let length):
      self.init(.result, "to be signed: \(signature.tags(rules, length: length))")
    case .toBeResigned(let signature, let rules, let always):
      self.init(
        .note, "to be signed again\(always ? "" : " if a signature passes"): \(signature.tags(rules, length: nil))",
        of: Setting.resignAll.name, locations)
    case .cannotSign(let why): self.init(.failure, why, of: Setting.onSignatureError.name, locations)
    case .signingDisabled:
      self.init(.result, "the message would be signed, but signing is disabled", of: Setting.mode.name, locations)
    case .toBeVerified: self.init(.result, "to be verified")
    case .verificationDisabled:
      self.init(
        .result, "the message is not signed here, and verification is disabled", of: Setting.mode.name, locations)
    case .peerAccepted: self.init(.result, "all mail from this client is accepted unchanged")
    }
  }

  /// The explanation has the same text as the log, and how to fix the problem.
  private init(_ failure: DecisionFailure) {
    self.init(.failure, LogEvent(failure).text)
    if case .keyNotLoaded(_, let error) = failure, let fix = error.fix { steps = [.init(.note, "fix: \(fix)")] }
  }
}

extension KeyLocation {
  /// The path, or a note that the key is in the table itself.
  fileprivate var text: String {
    switch self {
    case .file(let path): path
    case .inline: "the table itself"
    }
  }
}
