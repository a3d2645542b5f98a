/// The words of the field's grammar: methods, results, property types and property names.
///
/// Letters, digits and hyphens, the last one no hyphen; held in lower case, since case does not count.
/// Nothing that ends, quotes or comments anything fits in one. // RFC 5321 §4.1.2 ("Keyword")
public struct AuthenticationKeyword: Sendable, Hashable {
  /// The longest keyword that is taken, in octets. The grammar sets no limit, the line length does.
  public static let maximumLength = 64

  /// The keyword in lower case.
  public let text: String

  /// `nil` where the text is no keyword, or a longer one than ``maximumLength``.
  public init?(_ text: String) {
    guard Self.isKeyword(Array(text.utf8).span) else { return nil }
    self.text = text.lowercased()
  }

  /// `nil` where the octets are no keyword, or a longer one than ``maximumLength``.
  public init?(_ octets: Span<UInt8>) {
    guard Self.isKeyword(octets), let text = Octets.string(octets) else { return nil }
    self.text = text.lowercased()
  }

  /// - Parameter known: a keyword by construction, in lower case.
  private init(known: String) { text = known }

  /// Keyword = Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig // RFC 5321 §4.1.2
  private static func isKeyword(_ octets: Span<UInt8>) -> Bool {
    guard !octets.isEmpty, octets.count <= maximumLength else { return false }
    for i in octets.indices where !ResultsOctet.isKeyword(octets[i]) { return false }
    return octets[octets.count - 1] != UInt8(ascii: "-")
  }
}

extension AuthenticationKeyword: CustomStringConvertible {
  public var description: String { text }
}

extension AuthenticationKeyword {
  // Methods. // RFC 8601 §2.7
  public static let dkim = AuthenticationKeyword(known: "dkim")
  public static let spf = AuthenticationKeyword(known: "spf")
  public static let dmarc = AuthenticationKeyword(known: "dmarc")
  public static let arc = AuthenticationKeyword(known: "arc")
  public static let iprev = AuthenticationKeyword(known: "iprev")
  public static let auth = AuthenticationKeyword(known: "auth")

  // Property types. // RFC 8601 §2.3
  public static let body = AuthenticationKeyword(known: "body")
  public static let header = AuthenticationKeyword(known: "header")
  public static let policy = AuthenticationKeyword(known: "policy")
  public static let smtp = AuthenticationKeyword(known: "smtp")

  /// `none`, alone in place of all results. // RFC 8601 §2.2 ("no-result")
  static let none = AuthenticationKeyword(known: "none")
  /// `reason`, before a text instead of a property. // RFC 8601 §2.2 ("reasonspec")
  static let reason = AuthenticationKeyword(known: "reason")

  /// The word as the keyword that stands in the field.
  public init(_ word: AuthenticationWord) { self.init(known: word.rawValue) }
  /// A tag of DKIM-Signature as property name.
  init(tag: DKIMProperties.Tag) { self.init(known: tag.rawValue) }
}
