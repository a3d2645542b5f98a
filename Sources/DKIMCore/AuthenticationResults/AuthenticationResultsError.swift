/// A syntax error in an Authentication-Results field, and its location.
public struct AuthenticationResultsError: Error, Sendable, Hashable {
  /// The offset in the value, in bytes from 0, at which parsing stopped.
  public let offset: Int
  /// The kind of error.
  public let problem: Problem

  /// The kinds of syntax errors.
  public enum Problem: Sendable, Hashable {
    /// Something other than this element was found; `found` is `nil` at the end.
    case expected(Element, found: UInt8?)
    /// The field begins with a result or a semicolon.
    case missingAuthservID
    /// The field ends with the authserv-id.
    case noResults
    /// A semicolon with nothing after it.
    case trailingSemicolon
    /// A comment without its closing parenthesis.
    case unterminatedComment
    /// A quoted string without its closing quotation mark.
    case unterminatedQuotedString
    /// A control character, which is not allowed anywhere.
    case control(UInt8)
    /// CR or LF that is not part of a fold.
    case badFold
    /// Bytes that are not UTF-8.
    case notUTF8
    /// A value that is not a token, quoted-string, domain name or address.
    case unquotedValue
    /// The text after an `@` is not a domain name.
    case badDomain(DomainNameError)
    /// A version number with more than nine digits.
    case numberTooLarge
    /// The value exceeds ``AuthenticationResults/Limits/bytes``.
    case tooLong(limit: Int)
    /// The field exceeds ``AuthenticationResults/Limits/results``.
    case tooManyResults(limit: Int)
    /// The field exceeds ``AuthenticationResults/Limits/properties``.
    case tooManyProperties(limit: Int)
    /// The field exceeds ``AuthenticationResults/Limits/comments``.
    case tooManyComments(limit: Int)
    /// A comment exceeds ``AuthenticationResults/Limits/commentDepth``.
    case commentTooDeep(limit: Int)
  }

  /// The elements that can be expected at a location; the raw value is the text for error messages.
  public enum Element: String, Sendable, Hashable {
    /// The name of the service at the start of the field.
    case authservID = "an authserv-id"
    /// The semicolon before a result.
    case semicolon = "a semicolon"
    /// The name of a method, such as `dkim`.
    case method = "a method"
    /// The equals sign after a method, a property name or `reason`.
    case equals = "an equals sign"
    /// The result of a method, such as `pass`.
    case result = "a result"
    /// The number of a version.
    case version = "a version number"
    /// White space or a semicolon after a result, a reason or a value.
    case separator = "white space or a semicolon"
    /// `reason`, or the type of a property.
    case reasonOrPropertyType = "\"reason\" or a property type"
    /// The dot between the type and the name of a property.
    case dot = "a dot"
    /// The name of a property.
    case propertyName = "a property name"
    /// The value of a property or a reason.
    case value = "a value"
    /// The end of the field.
    case end = "the end of the field"
  }
}

extension AuthenticationResultsError: CustomStringConvertible {
  public var description: String { "\(problem) (at byte \(offset + 1))" }
}

extension AuthenticationResultsError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expected(let element, let found):
      "expected \(element.rawValue), found \(found.map(PrintableText.byte) ?? "the end of the field")"
    case .missingAuthservID: "the authserv-id is missing"
    case .noResults: "there are no results after the authserv-id"
    case .trailingSemicolon: "nothing follows the last semicolon"
    case .unterminatedComment: "a comment is not closed"
    case .unterminatedQuotedString: "a quoted string is not closed"
    case .control(let byte): "\(PrintableText.byte(byte)) is not allowed here"
    case .badFold: "the line break is not followed by white space"
    case .notUTF8: "the text is not valid UTF-8"
    case .unquotedValue: "the value must be quoted"
    case .badDomain(let error): "the domain name \(error)"
    case .numberTooLarge: "a version number has more than nine digits"
    case .tooLong(let limit): "the field is longer than \(limit) bytes"
    case .tooManyResults(let limit): "there are more than \(limit) results"
    case .tooManyProperties(let limit): "there are more than \(limit) properties"
    case .tooManyComments(let limit): "there are more than \(limit) comments"
    case .commentTooDeep(let limit): "comments are nested deeper than \(limit)"
    }
  }
}
