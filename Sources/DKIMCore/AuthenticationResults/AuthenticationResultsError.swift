/// Why something is no Authentication-Results field, and where.
public struct AuthenticationResultsError: Error, Sendable, Hashable {
  /// The octet of the value, counted from 0, at which reading ended.
  public let offset: Int
  public let problem: Problem

  public enum Problem: Sendable, Hashable {
    /// Something else stands where the grammar wants this; `found` is `nil` at the end.
    case expected(Element, found: UInt8?)
    /// The field begins with a result or a semicolon.
    case missingAuthservID
    /// The field ends with the authserv-id.
    case noResults
    /// A semicolon with nothing after it.
    case trailingSemicolon
    case unterminatedComment
    case unterminatedQuotedString
    /// A control octet, which may stand nowhere.
    case control(UInt8)
    /// CR or LF that are no part of a folded line.
    case badFold
    /// Octets that are not UTF-8.
    case notUTF8
    /// A value that is neither token, quoted-string, domain name nor address.
    case unquotedValue
    /// What follows an `@` is no domain name.
    case badDomain(DomainNameError)
    /// A version of more than nine digits.
    case numberTooLarge
    case tooLong(limit: Int)
    case tooManyResults(limit: Int)
    case tooManyProperties(limit: Int)
    case tooManyComments(limit: Int)
    case commentTooDeep(limit: Int)
  }

  public enum Element: String, Sendable, Hashable {
    case authservID = "an authserv-id"
    case semicolon = "a semicolon"
    case method = "a method"
    case equals = "an equals sign"
    case result = "a result"
    case version = "a version number"
    case separator = "white space or a semicolon"
    case reasonOrPropertyType = "\"reason\" or a property type"
    case dot = "a dot"
    case propertyName = "a property name"
    case value = "a value"
    case end = "the end"
  }
}

extension AuthenticationResultsError: CustomStringConvertible {
  public var description: String { "\(problem) (at octet \(offset + 1))" }
}

extension AuthenticationResultsError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expected(let element, let found):
      "\(element.rawValue) was expected, not \(found.map(Octets.printable) ?? "the end")"
    case .missingAuthservID: "the authserv-id is missing"
    case .noResults: "there are no results after the authserv-id"
    case .trailingSemicolon: "nothing follows the last semicolon"
    case .unterminatedComment: "a comment does not end"
    case .unterminatedQuotedString: "a quoted string does not end"
    case .control(let octet): "\(Octets.printable(octet)) may not stand here"
    case .badFold: "a line ends here and the next does not begin with white space"
    case .notUTF8: "this is not UTF-8"
    case .unquotedValue: "a value needs quotation marks"
    case .badDomain(let error): "the domain name \(error)"
    case .numberTooLarge: "a version number has more than nine digits"
    case .tooLong(let limit): "the field is longer than \(limit) octets"
    case .tooManyResults(let limit): "there are more than \(limit) results"
    case .tooManyProperties(let limit): "there are more than \(limit) properties"
    case .tooManyComments(let limit): "there are more than \(limit) comments"
    case .commentTooDeep(let limit): "comments are nested deeper than \(limit)"
    }
  }
}
