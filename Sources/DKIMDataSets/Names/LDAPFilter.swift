/// A search filter with places for a key. // RFC 4515
struct LDAPFilter: Sendable, Hashable {
  let template: LDAPTemplate
  /// The attribute that is the key, where the filter says so and nothing else about it.
  let keyAttribute: String?
  /// The same filter for entries with any key at all.
  let anyKey: String?

  /// Whatever entry there is.
  static let any = "(objectClass=*)"
  static let deepest = 32
  static let mostItems = 256

  init(_ text: String) throws(LDAPFilterError) {
    let whole = text.utf8.first == UInt8(ascii: "(") ? text : "(\(text))"
    var reader = LDAPFilterReader(whole)
    try reader.readWhole()
    template = LDAPTemplate(whole)
    let places = template.pieces.count { if case .text = $0 { false } else { true } }
    guard places == 1, let item = reader.keyItem else {
      keyAttribute = nil
      anyKey = nil
      return
    }
    keyAttribute = item
    anyKey = LDAPTemplate(pieces: template.pieces.map { $0 == .key ? .text("*") : $0 }).text(for: "", in: .filter)
  }
}

/// Why a text is no filter.
enum LDAPFilterError: Error, Sendable, Hashable {
  case unclosed
  /// Something behind the last parenthesis.
  case trailing
  /// An item without `=`, or with no attribute before it.
  case noAttribute(String)
  /// `$d` or `$D` where the name of an attribute belongs.
  case keyAsAttribute
  case parenthesis
  /// A backslash without two hexadecimal digits behind it.
  case backslash
  case tooDeep
  case tooManyItems
  case negation
}

extension LDAPFilterError {
  var found: String {
    switch self {
    case .unclosed: "a filter with a parenthesis that is not closed"
    case .trailing: "a filter with something behind its last parenthesis"
    case .noAttribute(let item): "\"\(ServerText.shown(item))\" in the filter names no attribute"
    case .keyAsAttribute: "$d or $D in the filter before an ="
    case .parenthesis: "a parenthesis within a value of the filter"
    case .backslash: "a \\ in the filter without two hexadecimal digits behind it"
    case .tooDeep: "a filter with more than \(LDAPFilter.deepest) parentheses in one another"
    case .tooManyItems: "a filter with more than \(LDAPFilter.mostItems) conditions"
    case .negation: "a ! in the filter without one condition behind it"
    }
  }

  var expected: String {
    switch self {
    case .unclosed, .trailing, .tooDeep, .tooManyItems, .negation:
      "such as (mail=$d) or (&(objectClass=person)(mail=$d))"
    case .noAttribute: "ATTRIBUTE=VALUE"
    case .keyAsAttribute: "them in values only"
    case .parenthesis: "\\28 and \\29 for them"
    case .backslash: "\\XX, and \\5c for the sign itself"
    }
  }
}
