/// A search filter with placeholders for a key. // RFC 4515
struct LDAPFilter: Sendable, Hashable {
  let template: LDAPTemplate
  /// The attribute that equals the key, if the filter has exactly one placeholder, in a condition `ATTRIBUTE=$d` that
  /// every entry must meet.
  let keyAttribute: String?
  /// The filter with `*` in place of the placeholder, which matches entries with any key; `nil` if ``keyAttribute`` is.
  let anyKey: String?

  /// Matches every entry.
  static let any = "(objectClass=*)"
  static let deepest = 32
  static let mostItems = 256

  init(_ text: String) throws(LDAPFilterError) {
    let whole = text.utf8.first == UInt8(ascii: "(") ? text : "(\(text))"
    var reader = LDAPFilterReader(whole)
    try reader.readWhole()
    template = LDAPTemplate(whole)
    let placeholders = template.pieces.count { if case .text = $0 { false } else { true } }
    guard placeholders == 1, let item = reader.keyItem else {
      keyAttribute = nil
      anyKey = nil
      return
    }
    keyAttribute = item
    anyKey = LDAPTemplate(pieces: template.pieces.map { $0 == .key ? .text("*") : $0 }).text(for: "", in: .filter)
  }
}

/// Why a text is not a valid filter.
enum LDAPFilterError: Error, Sendable, Hashable {
  case unclosed
  /// Text after the last parenthesis.
  case trailing
  /// A condition without `=`, or without an attribute before it.
  case noAttribute(String)
  /// `$d` or `$D` in place of an attribute name.
  case keyAsAttribute
  case parenthesis
  /// A backslash that is not followed by two hexadecimal digits.
  case backslash
  case tooDeep
  case tooManyItems
  case negation
}

extension LDAPFilterError {
  var found: String {
    switch self {
    case .unclosed: "the filter has an unclosed parenthesis"
    case .trailing: "the filter has text after its last parenthesis"
    case .noAttribute(let item): "\"\(ServerText.shown(item))\" in the filter does not start with an attribute"
    case .keyAsAttribute: "$d or $D before an = in the filter"
    case .parenthesis: "a parenthesis in a value of the filter"
    case .backslash: "a \\ in the filter is not followed by two hexadecimal digits"
    case .tooDeep: "the filter has more than \(LDAPFilter.deepest) nested parentheses"
    case .tooManyItems: "the filter has more than \(LDAPFilter.mostItems) conditions"
    case .negation: "a ! in the filter is not followed by one condition"
    }
  }

  var expected: String {
    switch self {
    case .unclosed, .trailing, .tooDeep, .tooManyItems, .negation:
      "a filter such as (mail=$d) or (&(objectClass=person)(mail=$d))"
    case .noAttribute: "ATTRIBUTE=VALUE"
    case .keyAsAttribute: "$d and $D only in values"
    case .parenthesis: "\\28 for ( and \\29 for )"
    case .backslash: "\\XX, and \\5c for the backslash itself"
    }
  }
}
