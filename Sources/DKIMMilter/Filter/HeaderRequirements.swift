package import DKIMCore

/// How often each field may occur in a message. // RFC 5322 §3.6
package enum HeaderRequirements {
  private static let once = [HeaderFieldName.from, .date]
  private static let atMostOnce = [
    HeaderFieldName.to, .cc, .bcc, .replyTo, .messageID, .inReplyTo, .references, .subject,
  ]

  /// Describes the first violation; `nil` if the header has no violation.
  package static func fault(in header: MessageHeader) -> String? {
    // These are OpenDKIM's texts.
    for name in once where header.positions(of: name).count != 1 {
      return "message does not have exactly one \(name) field"
    }
    for name in atMostOnce where header.positions(of: name).count > 1 {
      return "message has multiple \(name == .messageID ? "Message-Id" : name.text) fields"
    }
    return nil
  }
}
