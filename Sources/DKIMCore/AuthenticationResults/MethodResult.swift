/// What one method found: `method[/version]=result [reason=...] [(comment)...] [type.name=value ...]`.
/// // RFC 8601 §2.2 ("resinfo")
public struct MethodResult: Sendable, Hashable {
  /// The method that was applied, such as `dkim`.
  public var method: AuthenticationKeyword
  /// The version of the method's specification; `nil` where it is left out, which means 1.
  public var methodVersion: UInt32?
  /// What came of it. Each method has its own words; for `dkim` see ``word``.
  public var result: AuthenticationKeyword
  /// The text after `reason=`.
  public var reason: String?
  /// The comments of the result in their order, without the outer parentheses, quoting undone.
  public var comments: [String]
  /// The properties in their order.
  public var properties: [Property]

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

  /// A result of DKIM.
  ///
  /// - Parameters:
  ///   - dkim: the word.
  ///   - reason: free text; written between quotation marks.
  ///   - comment: free text such as `2048-bit key; unprotected`; written between parentheses.
  ///   - properties: what is reported of the signature.
  public init(
    dkim word: AuthenticationWord, reason: String? = nil, comment: String? = nil,
    properties: DKIMProperties = DKIMProperties()
  ) {
    self.init(
      method: .dkim, result: AuthenticationKeyword(word), reason: reason, comments: comment.map { [$0] } ?? [],
      properties: properties.list)
  }

  /// The result as a word of the `dkim` method; `nil` for any other word.
  public var word: AuthenticationWord? { AuthenticationWord(rawValue: result.text) }

  /// The value of the first property with this type and name.
  public func property(_ type: AuthenticationKeyword, _ name: String) -> String? {
    let name = name.lowercased()
    return properties.first { $0.type == type && $0.name.text == name }?.value
  }
}

extension MethodResult {
  /// `type.name=value`: what the result is about. // RFC 8601 §2.2 ("propspec")
  public struct Property: Sendable, Hashable {
    /// Where the value comes from: `header`, `smtp`, `body` or `policy`.
    public var type: AuthenticationKeyword
    /// Which part of that.
    public var name: AuthenticationKeyword
    /// The value, quoting undone. In an address a local part that needs quotes keeps them:
    /// `"a b"@example.com`.
    public var value: String

    public init(type: AuthenticationKeyword, name: AuthenticationKeyword, value: String) {
      self.type = type
      self.name = name
      self.value = value
    }
  }
}

/// The tags of a DKIM-Signature field that a result reports. // RFC 8601 §2.7.1
///
/// The texts may be anything, also what a malformed signature carries: they are quoted where need be.
public struct DKIMProperties: Sendable, Hashable {
  /// `d=`, the signing domain.
  public var domain: String?
  /// `i=`, the agent or user identifier, such as `@example.com`.
  public var identity: String?
  /// `a=`, such as `rsa-sha256`.
  public var algorithm: String?
  /// `s=`, the selector.
  public var selector: String?
  /// The beginning of `b=`, see ``HeaderB``.
  public var signature: String?

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

  /// As properties, in the order OpenDKIM writes them; an empty text is left out like an absent one.
  public var list: [MethodResult.Property] {
    let texts: [(Tag, String?)] = [(.d, domain), (.i, identity), (.a, algorithm), (.s, selector), (.b, signature)]
    return texts.compactMap { tag, text in
      guard let text, !text.isEmpty else { return nil }
      return MethodResult.Property(type: .header, name: AuthenticationKeyword(tag: tag), value: text)
    }
  }
}
