/// An Authentication-Results field: which service checked the message, and the results. // RFC 8601
///
/// This is a plain value. Parsing is strict unless a ``Tolerance`` is given, and bounded by ``Limits``. Formatting
/// quotes and escapes everything that the grammar requires, so no text in the field, whatever its source, can end the
/// field, start another result or break out of its quotes or comment.
public struct AuthenticationResults: Sendable, Hashable {
  /// The name of the field.
  public static let fieldName = "Authentication-Results"

  /// The service that made the checks, unquoted; empty if the field names none and this is tolerated.
  public var authservID: String
  /// The version of the field's specification; `nil` if it is omitted, which means 1.
  public var version: UInt32?
  /// The comments before the first result, unquoted and without the outer parentheses.
  public var comments: [String]
  /// The results in order; empty means `none` (no check was made).
  public var results: [MethodResult]

  /// Creates a field; an empty list of results is written as `none`.
  public init(authservID: String, version: UInt32? = nil, comments: [String] = [], results: [MethodResult]) {
    self.authservID = authservID
    self.version = version
    self.comments = comments
    self.results = results
  }
}

extension AuthenticationResults {
  /// Deviations from the grammar that occur in practice and can be parsed without guessing. Each one is rejected unless
  /// it is listed.
  public struct Tolerance: OptionSet, Sendable, Hashable {
    /// The deviations as a bit set.
    public let rawValue: UInt8
    /// Creates the deviations from a bit set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A `;` after the last result.
    public static let trailingSemicolon = Tolerance(rawValue: 1)
    /// A first result in place of the authserv-id, as written by Office 365.
    public static let missingAuthservID = Tolerance(rawValue: 2)
    /// `authserv-id/job` without quotes, as written by OpenDKIM with AuthservIDWithJobID.
    public static let jobID = Tolerance(rawValue: 4)
    /// Values without the quotes they need, such as OpenDKIM's `header.b=q0MqY/Cp`: the value extends to the next white
    /// space, `;`, `"`, `\` or parenthesis; if `;` or the end follows directly, it is empty.
    public static let unquotedValues = Tolerance(rawValue: 8)
    /// Words without a property type, such as Office 365's `action=none`, which are skipped, and a `reason=` after
    /// properties.
    public static let bareWords = Tolerance(rawValue: 16)
    /// Bare LF line endings, as in fields received over the milter protocol.
    public static let bareLineFeeds = Tolerance(rawValue: 32)

    /// All deviations.
    public static let inTheField: Tolerance = [
      .trailingSemicolon, .missingAuthservID, .jobID, .unquotedValues, .bareWords, .bareLineFeeds,
    ]
  }

  /// The maximum sizes and counts in a field; exceeding one is an error.
  public struct Limits: Sendable, Hashable {
    /// The length of the value in bytes.
    public var bytes = 262_144
    /// The number of results in the field.
    public var results = 100
    /// The number of properties of all results in the field, including skipped words.
    public var properties = 1000
    /// The number of comments in the field, without nested ones.
    public var comments = 1000
    /// The nesting depth of comments; the outermost has depth 1.
    public var commentDepth = 32

    /// Creates the default limits.
    public init() {}
  }
}
