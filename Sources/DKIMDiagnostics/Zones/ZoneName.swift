import DKIMCore

/// A name in the data of a record. A name of several labels is a full name; a single label is relative to the zone.
public struct ZoneName: Sendable, Hashable {
  /// The name as it appears in the zone; a full name ends with a dot.
  public let text: String

  /// Creates a name from a domain name, with or without a dot at the end. Returns `nil` if the word is not a domain name.
  public init?(_ word: String) {
    let isWhole = word.hasSuffix(".")
    guard let name = try? DomainName(isWhole ? String(word.dropLast()) : word) else { return nil }
    text = name.asciiForm + (isWhole || name.labelCount > 1 ? "." : "")
  }

  /// Converts `hostmaster@example.com` to `hostmaster.example.com.`; dots in the mailbox are escaped. // RFC 1035 §8
  ///
  /// - Parameter word: the address, or a name, which is used as it is.
  /// - Returns: the name; `nil` if the word is neither an address with characters that a zone file can have nor a name.
  public static func contact(_ word: String) -> String? {
    guard let at = word.lastIndex(of: "@") else { return ZoneName(word)?.text }
    let mailbox = word[..<at]
    guard !mailbox.isEmpty, mailbox.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"();@$".utf8.contains($0) }),
      let domain = ZoneName(String(word[word.index(after: at)...]))
    else { return nil }
    return mailbox.map { $0 == "." || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "." + domain.text
  }
}
