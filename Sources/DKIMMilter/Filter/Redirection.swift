import DKIMConfiguration
import DKIMCore
import Milter

extension Verdict {
  /// Replaces the recipients of a message by `RedirectFailuresTo`, if the message is accepted or quarantined in spite
  /// of a bad signature. The fields are those of OpenDKIM; the type of the address is that of delivery status
  /// notifications. // RFC 3464 §2.3.1
  /// - Parameter signature: the signature that decides about the message.
  mutating func redirect(_ signature: EvaluatedSignature, _ facts: MessageMetadata, in context: MessageContext) {
    guard let address = context.configuration.actions.redirectFailuresTo, reply == .accept,
      signature.isBadSignature
    else { return }
    let setting = Setting.redirectFailuresTo
    let location = context.configuration.location(setting)
    guard !facts.recipientsAreCut else {
      // The recipients that were not kept cannot be removed.
      reply = Refusal.internal.reply(to: .tempfail)
      (edits, quarantine) = ([], nil)
      log.append(context.line(.tooManyToRedirect))
      explanation.steps.append(
        .init(.failure, LogEvent.tooManyToRedirect.text, setting: setting.name, location: location))
      return
    }
    for recipient in facts.recipients {
      // Control characters would end the field or the line.
      let text = LogText.printable(TextBytes.unwrapped(recipient, "<", ">"))
      edits.append(.deleteRecipient(Array(recipient.utf8)))
      edits.append(.addHeader("Original-Recipient", "rfc822;\(text)"))
    }
    edits.append(.addRecipient(Array("\(address.localPart)@\(address.domain.asciiForm)".utf8)))
    log.append(context.line(.redirected(to: address)))
    explanation.steps.append(.init(.applied, "redirected to \(address)", setting: setting.name, location: location))
  }
}

extension EvaluatedSignature {
  /// The signature was understood, and it is bad, expired or made with a revoked key.
  fileprivate var isBadSignature: Bool {
    switch cause {
    case .bad, .badTime, .revoked: true
    case .good, .syntax, .keyNotFound, .keyUnavailable, .ignored: false
    }
  }
}

extension LogEvent {
  static func redirected(to address: MailAddress) -> LogEvent {
    LogEvent("redirected", .info, "redirected to \(address)", fields: [Field("recipient", "\(address)")])
  }

  static let tooManyToRedirect = LogEvent(
    "not-redirected", .error, "too many recipients to redirect the message; it is deferred")
}
