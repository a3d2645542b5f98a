import DKIMConfiguration
import Milter

/// Conversion from types of the milter protocol to those of the filter, and back.
extension ClientInfo {
  init(_ client: MilterClient, _ agreement: MilterAgreement) {
    self.init(
      hostName: String(buffer: client.hostName), address: Self.address(client),
      leadingSpace: agreement.steps.contains(.headerLeadingSpace),
      canQuarantine: agreement.actions.contains(.quarantine))
  }

  /// Returns the facts for a client about which the MTA has sent nothing.
  static func unknown(_ agreement: MilterAgreement) -> ClientInfo {
    ClientInfo(
      hostName: "unknown", address: nobody, leadingSpace: agreement.steps.contains(.headerLeadingSpace),
      canQuarantine: agreement.actions.contains(.quarantine))
  }

  /// The address for unknown clients. It belongs to no host, so such clients are never trusted by mistake.
  private static let nobody = IPAddress("0.0.0.0")

  /// Returns the address. It is `nil`, which means this machine, only if the MTA reports a local client. An MTA that
  /// does not know the client sends no address either, but the host name is not `localhost` then.
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
      // A text that is not valid in the protocol is left out, but the kind of reply stays.
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
