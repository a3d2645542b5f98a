import DKIMConfiguration
import DKIMCore

extension LogEvent {
  /// Creates the line that is logged for a step, whatever the settings are; `nil` for most steps.
  init?(_ step: DecisionStep) {
    switch step {
    case .sender(let step): self.init(step)
    case .client(.external(let sender, let host?)): self = .externalHost(host, domain: sender.domain.text)
    case .client(.peerListFailed(let error)): self = .dataSetFailed(setting: Setting.peerList.name, why: "\(error)")
    case .client: return nil
    case .key(.identityDropped(let identity, let domain)): self = .identityDropped(identity, domain: domain.text)
    case .key(.identityIgnored(let identity, let field, let domain)):
      self = .identityIgnored(identity, field: field, domain: domain.text)
    case .key: return nil
    case .message(let step): self.init(step)
    case .outcome(.cannotSign(let why)): self = .signatureError(why)
    case .outcome: return nil
    case .script: return nil
    case .failure(let failure): self.init(failure)
    case .errorLoadingKey(let name, _): self = .errorLoadingKey(name)
    }
  }

  private init?(_ step: SenderStep) {
    switch step {
    case .badMacro(let macro, let value): self = .badSender(field: macro, value: value)
    case .badField(let field, let value, _): self = .badSender(field: field, value: value)
    case .missing: self = .noSender
    case .inMacro, .inField, .standIn, .exempt: return nil
    }
  }

  private init?(_ step: MessageStep) {
    switch step {
    case .headerTooLarge: self = .tooMuchHeader
    case .notSigned(let recipient, _): self = .skippingSigning(recipient: recipient)
    case .bodyLength(let recipient, _): self = .bodyLengthMatched(recipient: recipient.description)
    case .headerRequirement(let why): self = .headerRequirement(why)
    case .recipientsCut, .bodyLimit, .trusted, .limited, .resigned, .replaced, .malformed, .delegated, .vouched,
      .vouchingLeftOut, .badVouchingField:
      return nil
    }
  }

  init(_ failure: DecisionFailure) {
    self =
      switch failure {
      case .dataSet(let setting, let error): .dataSetFailed(setting: setting, why: "\(error)")
      case .late(let why): .decisionTooLate(why)
      case .unknownKey(let name): .unknownKey(name)
      case .script(let hook, let why): .scriptFailed(hook, why: why)
      case .corruptKeyEntry(let name, let why): .corruptKeyEntry(name, why: why)
      case .keyNotLoaded(_, let error): .keyNotLoaded(error)
      case .noResigningDomain(let recipient):
        .dataSetFailed(
          setting: Setting.resignMailTo.name,
          why: "names \(recipient), but neither its domain nor the sender's is in Domain")
      case .keyTooSmall, .noKeyOfType: .signatureError(failure.reason)
      }
  }
}

extension DecisionStep {
  /// The text of the step is a log line of OpenDKIM, logged if `LogWhy` is set.
  var isOpenDKIMLine: Bool {
    switch self {
    case .sender(.exempt), .client(.isNotMTA), .client(.noMacro), .client(.notAuthenticated),
      .client(.notInPOPDatabase),
      .key(.noDomain),
      .key(.noParentDomain), .key(.noSigningTableRow):
      true
    // OpenDKIM logs this line only for clients that have not authenticated.
    case .client(.notInternalHost(_, let hasAuthenticated)): !hasAuthenticated
    case .sender, .client, .key, .message, .outcome, .script, .failure, .errorLoadingKey: false
    }
  }
}
