/// An Authentication-Results field: who checked the message, and what came of it. // RFC 8601
///
/// A pure value. Reading is strict unless told otherwise (``Tolerance``) and bounded (``Limits``);
/// writing quotes and escapes whatever the grammar asks for, so that no text in it, wherever it
/// comes from, can end the field, begin another result or leave its quotes or comment.
public struct AuthenticationResults: Sendable, Hashable {
  /// The name of the field.
  public static let fieldName = "Authentication-Results"

  /// The service that made the checks, quoting undone; empty where a tolerated field names none.
  public var authservID: String
  /// The version of the field's specification; `nil` where it is left out, which means 1.
  public var version: UInt32?
  /// The comments before the first result, without the outer parentheses, quoting undone.
  public var comments: [String]
  /// The results in their order; empty stands for `none`, no check was made.
  public var results: [MethodResult]

  public init(authservID: String, version: UInt32? = nil, comments: [String] = [], results: [MethodResult]) {
    self.authservID = authservID
    self.version = version
    self.comments = comments
    self.results = results
  }
}

extension AuthenticationResults {
  /// Departures from the grammar that are seen in the field and can be read without guessing.
  /// Each is refused unless it is named.
  public struct Tolerance: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A `;` after the last result.
    public static let trailingSemicolon = Tolerance(rawValue: 1)
    /// The first result in the place of the authserv-id, as Office 365 writes.
    public static let missingAuthservID = Tolerance(rawValue: 2)
    /// `authserv-id/job` without quotes, as OpenDKIM writes under AuthservIDWithJobID.
    public static let jobID = Tolerance(rawValue: 4)
    /// Values that need quotes and have none, as OpenDKIM's `header.b=q0MqY/Cp`: everything up to
    /// white space, `;`, `"`, `\` or a parenthesis; nothing before `;` or the end is an empty one.
    public static let unquotedValues = Tolerance(rawValue: 8)
    /// Words without a property type, as Office 365's `action=none`, which are passed over, and a
    /// `reason=` after properties.
    public static let bareWords = Tolerance(rawValue: 16)
    /// Line ends of LF alone, as the milter protocol hands fields over.
    public static let bareLineFeeds = Tolerance(rawValue: 32)

    /// All of them.
    public static let inTheField: Tolerance = [
      .trailingSemicolon, .missingAuthservID, .jobID, .unquotedValues, .bareWords, .bareLineFeeds,
    ]
  }

  /// How much of a field is read; more is an error.
  public struct Limits: Sendable, Hashable {
    /// Octets of the whole value.
    public var octets = 262_144
    /// Results of one field.
    public var results = 100
    /// Properties of all results of one field, passed-over words among them.
    public var properties = 1000
    /// Comments of one field, nested ones not counted.
    public var comments = 1000
    /// Comments in comments; the outermost has depth 1.
    public var commentDepth = 32

    public init() {}
  }
}
