extension VerificationResult.Field: Codable {
  private enum Key: String, CodingKey {
    case field
  }

  /// Encodes the tags, and in `field` the whole value of a field that is valid.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .parsed(let signature):
      try SignatureTags(signature).encode(to: encoder)
      try container.encode(signature, forKey: .field)
    case .unparsed(let tags):
      try tags.encode(to: encoder)
      try container.encodeNil(forKey: .field)
    }
  }

  public init(from decoder: any Decoder) throws {
    let tags = try SignatureTags(from: decoder)
    let signature = try decoder.container(keyedBy: Key.self).decode(DKIMSignature?.self, forKey: .field)
    guard let signature else {
      self = .unparsed(tags)
      return
    }
    guard SignatureTags(signature) == tags else { throw decoder.invalid("field and the tags contradict each other") }
    self = .parsed(signature)
  }
}

extension SignatureTags: Codable {
  private enum Key: String, CodingKey {
    case domain, selector, algorithm, identity, signature
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(domain, forKey: .domain)
    try container.encode(selector, forKey: .selector)
    try container.encode(algorithm, forKey: .algorithm)
    try container.encode(identity, forKey: .identity)
    try container.encode(signature, forKey: .signature)
  }

  /// Decodes the tags, and checks that all texts are safe to print, like those that are read from a field.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func text(_ key: Key, _ isValid: (String) -> Bool) throws -> String? {
      guard let text = try container.decode(String?.self, forKey: key) else { return nil }
      guard isValid(text) else {
        throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "not a value of this tag")
      }
      return text
    }
    domain = try text(.domain) { (try? DomainName($0)) != nil }
    selector = try text(.selector) { (try? Selector($0)) != nil }
    algorithm = try text(.algorithm, SignatureParser.isAlgorithmName)
    identity = try text(.identity, Self.isIdentity)
    signature = try text(.signature) { text in
      let bytes = Array(text.utf8)
      return !bytes.contains(where: ASCII.isFWS) && Base64.decode(bytes.span) != nil
    }
  }

  /// Returns true for text like ``Identity/reportText``.
  private static func isIdentity(_ text: String) -> Bool {
    guard let at = text.lastIndex(of: "@"), (try? DomainName(String(text[text.index(after: at)...]))) != nil else {
      return false
    }
    return text[..<at].unicodeScalars.allSatisfy { $0 == "=" || LocalPart.isHarmless($0) }
  }
}

extension DKIMSignature: Codable {
  /// Encodes the value of the field: a string, or an array of bytes if it is not UTF-8.
  public func encode(to encoder: any Encoder) throws { try CodedText(bytes).encode(to: encoder) }

  /// Parses the value of a field. The number of names in `h=` is limited only by the length of the value.
  public convenience init(from decoder: any Decoder) throws {
    let value = try CodedText(from: decoder).bytes
    do throws(SignatureFieldError) {
      try self.init(value: value, maximumHeaderNames: .max)
    } catch {
      throw decoder.invalid("not a DKIM-Signature: \(error)", error)
    }
  }
}

extension KeyRecord: Codable {
  /// Encodes the text of the record: a string, or an array of bytes if it is not UTF-8.
  public func encode(to encoder: any Encoder) throws { try CodedText(bytes).encode(to: encoder) }

  /// Parses a record.
  public convenience init(from decoder: any Decoder) throws {
    let bytes = try CodedText(from: decoder).bytes
    do throws(KeyRecordError) {
      try self.init(bytes)
    } catch {
      throw decoder.invalid("not a key record: \(error)", error)
    }
  }
}

extension Timestamp: Codable {
  /// Encodes the seconds as a number.
  public func encode(to encoder: any Encoder) throws { try seconds.encode(to: encoder) }

  /// Decodes a number of seconds.
  public init(from decoder: any Decoder) throws { self.init(try UInt64(from: decoder)) }
}

extension MessageDefects: Codable {
  /// Encodes the ``words``.
  public func encode(to encoder: any Encoder) throws { try words.encode(to: encoder) }

  /// Decodes ``words``.
  public init(from decoder: any Decoder) throws {
    self = []
    let all: [MessageDefects] = [.bareCR, .bareLF, .nul]
    for word in try [String](from: decoder) {
      guard let defect = all.first(where: { $0.words == [word] }) else {
        throw decoder.invalid("unknown word \(word.debugDescription)")
      }
      insert(defect)
    }
  }
}
