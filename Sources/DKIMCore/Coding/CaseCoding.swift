/// The coding of enumerations: an object with the name of the case as a word, and the associated values as members with
/// their labels. The word is the member `cause`; a `VerificationOutcome`, which contains a cause, has `kind`.
struct CaseKey: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringLiteral text: StringLiteralType) { stringValue = text }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Encoder {
  func encode(case word: String, as key: CaseKey = "cause", _ members: (CaseKey, any Encodable)...) throws {
    var container = container(keyedBy: CaseKey.self)
    try container.encode(word, forKey: key)
    for (name, value) in members { try container.encode(value, forKey: name) }
  }
}

/// A case that is being decoded.
struct CodedCase {
  let word: String
  private let key: CaseKey
  private let container: KeyedDecodingContainer<CaseKey>

  init(_ decoder: any Decoder, as key: CaseKey = "cause") throws {
    self.key = key
    container = try decoder.container(keyedBy: CaseKey.self)
    word = try container.decode(String.self, forKey: key)
  }

  /// Returns an associated value.
  func callAsFunction<Value: Decodable>(_ name: CaseKey) throws -> Value {
    try container.decode(Value.self, forKey: name)
  }

  /// The error for a word that is not a case.
  var unknown: DecodingError {
    .dataCorruptedError(forKey: key, in: container, debugDescription: "unknown word \(word.debugDescription)")
  }
}

extension Decoder {
  /// Returns the error for a value that can be decoded, but not used.
  func invalid(_ description: String, _ error: (any Error)? = nil) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath, debugDescription: description, underlyingError: error))
  }
}

/// The coding of bytes that are nearly always text: a string, or the array of all bytes if they are not UTF-8.
struct CodedText: Codable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let text = String(validating: bytes, as: UTF8.self) {
      try container.encode(text)
    } else {
      try container.encode(bytes)
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      bytes = Array(try container.decode(String.self).utf8)
    } catch DecodingError.typeMismatch {
      bytes = try container.decode([UInt8].self)
    }
  }
}
