/// The result of one method: `method[/version]=result [reason=...] [(comment)...] [type.name=value ...]`.
/// // RFC 8601 §2.2 ("resinfo")
public struct MethodResult: Sendable, Hashable {
  /// The method that was applied, such as `dkim`.
  public var method: AuthenticationKeyword
  /// The version of the method's specification; `nil` if it is omitted, which means 1.
  public var methodVersion: UInt32?
  /// The result. Each method has its own result codes; for `dkim`, see ``code``.
  public var result: AuthenticationKeyword
  /// The text after `reason=`.
  public var reason: String?
  /// The comments of the result in order, unquoted and without the outer parentheses.
  public var comments: [String]
  /// The properties in order.
  public var properties: [Property]

  /// Creates a result of any method.
  public init(
    method: AuthenticationKeyword, result: AuthenticationKeyword, reason: String? = nil, comments: [String] = [],
    properties: [Property] = []
  ) {
    self.method = method
    self.result = result
    self.reason = reason
    self.comments = comments
    self.properties = properties
  }

  /// Creates a result of the `dkim` method.
  ///
  /// - Parameters:
  ///   - code: the result code.
  ///   - reason: free text; written in quotation marks.
  ///   - comment: free text such as `2048-bit key; unprotected`; written in parentheses.
  ///   - properties: the tags of the signature to report.
  public init(
    dkim code: DKIMResultCode, reason: String? = nil, comment: String? = nil,
    properties: DKIMProperties = DKIMProperties()
  ) {
    self.init(
      method: .dkim, result: AuthenticationKeyword(code), reason: reason, comments: comment.map { [$0] } ?? [],
      properties: properties.list)
  }

  /// The result as a result code of the `dkim` method; `nil` if it is not one.
  public var code: DKIMResultCode? { DKIMResultCode(rawValue: result.text) }

  /// Returns the value of the first property with this type and name.
  public func property(_ type: AuthenticationKeyword, _ name: String) -> String? {
    let name = name.lowercased()
    return properties.first { $0.type == type && $0.name.text == name }?.value
  }
}

extension MethodResult {
  /// A property that describes what the result applies to: `type.name=value`. // RFC 8601 §2.2 ("propspec")
  public struct Property: Sendable, Hashable {
    /// The source of the value: `header`, `smtp`, `body` or `policy`.
    public var type: AuthenticationKeyword
    /// The part of that source, such as the name of a header field.
    public var name: AuthenticationKeyword
    /// The unquoted value. In an address, a local part that requires quotes keeps them: `"a b"@example.com`.
    public var value: String

    /// Creates a property; its value is quoted when it is written, if necessary.
    public init(type: AuthenticationKeyword, name: AuthenticationKeyword, value: String) {
      self.type = type
      self.name = name
      self.value = value
    }
  }
}

/// The tags of a DKIM-Signature field that are reported with a result. // RFC 8601 §2.7.1
///
/// The texts may contain anything, for example the content of a malformed signature; they are quoted where necessary.
public struct DKIMProperties: Sendable, Hashable {
  /// `d=`, the signing domain.
  public var domain: String?
  /// `i=`, the agent or user identifier, such as `@example.com`.
  public var identity: String?
  /// `a=`, such as `rsa-sha256`.
  public var algorithm: String?
  /// `s=`, the selector.
  public var selector: String?
  /// A prefix of `b=` that distinguishes the signature from the others of the message.
  public var signature: String?

  /// Creates the properties from the texts of the tags; missing and empty ones are not reported.
  public init(
    domain: String? = nil, identity: String? = nil, algorithm: String? = nil, selector: String? = nil,
    signature: String? = nil
  ) {
    self.domain = domain
    self.identity = identity
    self.algorithm = algorithm
    self.selector = selector
    self.signature = signature
  }

  enum Tag: String { case d, i, a, s, b }

  /// The tags as properties, in OpenDKIM's order; missing and empty tags are omitted.
  public var list: [MethodResult.Property] {
    let texts: [(Tag, String?)] = [(.d, domain), (.i, identity), (.a, algorithm), (.s, selector), (.b, signature)]
    return texts.compactMap { tag, text in
      guard let text, !text.isEmpty else { return nil }
      return MethodResult.Property(type: .header, name: AuthenticationKeyword(tag: tag), value: text)
    }
  }
}
