package import DKIMCore

/// The type of a message's content, in VBR-Info fields. // RFC 5518 §6
package enum VouchedContent: String, Sendable, Hashable, CaseIterable {
  /// All mail from the sender.
  case all
  /// The same or similar mail to many recipients.
  case list
  /// Responses to actions of the recipient, and notices about an account.
  case transaction
}

/// Rules for adding VBR-Info fields to signed mail. // RFC 5518 §2
package struct VouchingRules: Sendable, Hashable {
  /// The maximum number of certifiers in a field.
  package static let maximumCertifiers = 10
  /// The maximum length of the list of certifiers, so that the field fits on a line. // RFC 5322 §2.1.1
  private static let maximumLength = 600

  /// `VBR-Type`
  package var type: VouchedContent?
  /// `VBR-Certifiers`
  package var certifiers: [DomainName] = []
  /// `VBR-PurgeFields`
  package var purgesFields = false

  /// True if one of the settings is given. Otherwise, fields of the message that ask for VBR-Info are ignored.
  package var isEnabled: Bool { type != nil || !certifiers.isEmpty || purgesFields }

  package init() {}

  /// Parses a list of certifiers, separated by colons or commas. Returns `nil` if it is empty or too long, or contains
  /// anything but domain names.
  package static func certifiers(in text: String) -> [DomainName]? {
    guard text.utf8.count <= maximumLength else { return nil }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "," }
    guard parts.count <= maximumCertifiers else { return nil }
    var names: [DomainName] = []
    for part in parts {
      let bytes = Array(part.utf8)
      let name = bytes[TextBytes.trimmed(bytes, bytes.indices)]
      guard let name = try? DomainName(String(decoding: name, as: UTF8.self)) else { return nil }
      names.append(name)
    }
    return names
  }
}
