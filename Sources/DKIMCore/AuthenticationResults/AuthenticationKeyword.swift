/// A keyword of the field's grammar: a method, result, property type or property name.
///
/// Keywords consist of letters, digits and hyphens and do not end with a hyphen. They are stored in lower case because
/// they are case-insensitive. A keyword cannot contain characters that end, quote or comment anything.
/// // RFC 5321 §4.1.2 ("Keyword")
public struct AuthenticationKeyword: Sendable, Hashable {
  /// The maximum length of a keyword, in bytes. The grammar sets no limit, but the line length does.
  public static let maximumLength = 64

  /// The keyword in lower case.
  public let text: String

  /// Returns `nil` if the text is not a keyword or exceeds ``maximumLength``.
  public init?(_ text: String) {
    guard Self.isKeyword(Array(text.utf8).span) else { return nil }
    self.text = text.lowercased()
  }

  /// Returns `nil` if the bytes are not a keyword or exceed ``maximumLength``.
  public init?(_ bytes: Span<UInt8>) {
    guard Self.isKeyword(bytes), let text = Bytes.string(bytes) else { return nil }
    self.text = text.lowercased()
  }

  /// - Parameter known: text that is known to be a keyword in lower case.
  private init(known: String) { text = known }

  /// Keyword = Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig // RFC 5321 §4.1.2
  private static func isKeyword(_ bytes: Span<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.count <= maximumLength else { return false }
    for i in bytes.indices where !ResultsByte.isKeyword(bytes[i]) { return false }
    return bytes[bytes.count - 1] != UInt8(ascii: "-")
  }
}

extension AuthenticationKeyword: CustomStringConvertible {
  public var description: String { text }
}

extension AuthenticationKeyword {
  // Methods. // RFC 8601 §2.7
  /// The method that checks DKIM signatures.
  public static let dkim = AuthenticationKeyword(known: "dkim")
  /// The method that checks the client's address against the SPF records of the sender.
  public static let spf = AuthenticationKeyword(known: "spf")
  /// The method that checks the domain in From against its DMARC policy.
  public static let dmarc = AuthenticationKeyword(known: "dmarc")
  /// The method that checks the chain of ARC seals.
  public static let arc = AuthenticationKeyword(known: "arc")
  /// The method that checks the client's address against its DNS name.
  public static let iprev = AuthenticationKeyword(known: "iprev")
  /// The method that reports SMTP authentication.
  public static let auth = AuthenticationKeyword(known: "auth")

  // Property types. // RFC 8601 §2.3
  /// The type of properties from the body of the message.
  public static let body = AuthenticationKeyword(known: "body")
  /// The type of properties from a header field; the name of the property is that of the field, or of a tag in it.
  public static let header = AuthenticationKeyword(known: "header")
  /// The type of properties that describe a local policy, not the message.
  public static let policy = AuthenticationKeyword(known: "policy")
  /// The type of properties from the SMTP session, such as `smtp.mailfrom`.
  public static let smtp = AuthenticationKeyword(known: "smtp")

  /// `none`, which takes the place of all results. // RFC 8601 §2.2 ("no-result")
  static let none = AuthenticationKeyword(known: "none")
  /// `reason`, which is followed by text instead of a property. // RFC 8601 §2.2 ("reasonspec")
  static let reason = AuthenticationKeyword(known: "reason")

  /// Creates the keyword for a result of the `dkim` method.
  public init(_ word: DKIMResultCode) { self.init(known: word.rawValue) }
  /// Creates the property name for a tag of DKIM-Signature.
  init(tag: DKIMProperties.Tag) { self.init(known: tag.rawValue) }
}
