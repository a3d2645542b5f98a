import DKIMConfiguration
import Milter

/// From the words of the protocol to those of the filter, and back.
extension ConnectionFacts {
  init(_ client: MilterClient, _ agreement: MilterAgreement) {
    self.init(
      hostName: String(buffer: client.hostName), address: Self.address(client),
      leadingSpace: agreement.steps.contains(.headerLeadingSpace),
      canQuarantine: agreement.actions.contains(.quarantine))
  }

  /// An MTA that tells nothing of its client.
  static func unknown(_ agreement: MilterAgreement) -> ConnectionFacts {
    ConnectionFacts(
      hostName: "unknown", address: nobody, leadingSpace: agreement.steps.contains(.headerLeadingSpace),
      canQuarantine: agreement.actions.contains(.quarantine))
  }

  /// The address of no host: nobody is trusted because of something that cannot be read.
  private static let nobody = IPAddress("0.0.0.0")

  /// `nil`, which stands for this machine, only where the MTA says that there is no network between. An MTA that does not
  /// know its client sends no address either, and another name than that of this machine.
  private static func address(_ client: MilterClient) -> IPAddress? {
    switch client.address {
    case .local: nil
    case .unknown: client.hostName.readableBytesView.elementsEqual("localhost".utf8) ? nil : nobody
    case .ipv4(let text, _), .ipv6(let text, _): IPAddress(String(text.prefix { $0 != "%" })) ?? nobody
    }
  }
}

extension MilterResponse {
  init(_ verdict: Verdict) {
    var modifications = verdict.edits.map(MilterModification.init)
    if let reason = verdict.quarantine { modifications.append(.quarantine(reason: Array(reason.utf8))) }
    self.init(MilterReply(verdict.reply), modifications: modifications)
  }
}

extension MilterReply {
  init(_ reply: Reply) {
    switch reply {
    case .accept: self = .accept
    case .continue: self = .continue
    case .discard: self = .discard
    case .deferred: self = .tempfail
    case .refuse(let code, let enhanced, let text):
      // What does not fit the protocol loses its words, never its meaning.
      let words = try? MilterReplyCode(code, enhanced: enhanced, text)
      self = words.map(MilterReply.replyCode) ?? (code < 500 ? .tempfail : .reject)
    }
  }
}

extension MilterModification {
  init(_ edit: HeaderEdit) {
    switch edit {
    case .insert(let index, let name, let value): self = .insertHeader(index: index, name: name, value: value)
    case .delete(let name, let occurrence): self = .deleteHeader(name: name, index: occurrence)
    }
  }
}
