package import DKIMCore

/// How often fields may stand in a message. // RFC 5322 §3.6
package enum HeaderRequirements {
  private static let once = ["From", "Date"]
  private static let atMostOnce = [
    "To", "Cc", "Bcc", "Reply-To", "Message-Id", "In-Reply-To", "References", "Subject",
  ]

  /// What is wrong, in words; `nil` where nothing is.
  package static func fault(in header: MessageHeader) -> String? {
    // In OpenDKIM's words.
    for name in once where header.positions(of: name).count != 1 {
      return "message does not have exactly one \(name) field"
    }
    for name in atMostOnce where header.positions(of: name).count > 1 {
      return "message has multiple \(name) fields"
    }
    return nil
  }
}
