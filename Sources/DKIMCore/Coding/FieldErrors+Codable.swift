extension SignatureFieldError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .tagList(let error): try encoder.encode(case: "tagList", ("error", error))
    case .incompatibleVersion(let found): try encoder.encode(case: "incompatibleVersion", ("found", found))
    case .missingTag(let tag): try encoder.encode(case: "missingTag", ("tag", tag))
    case .badValue(let tag, let found, let expected):
      try encoder.encode(case: "badValue", ("tag", tag), ("found", found), ("expected", expected))
    case .badDomain(let tag, let found, let error):
      try encoder.encode(case: "badDomain", ("tag", tag), ("found", found), ("error", error))
    case .obsoleteAlgorithm(let name): try encoder.encode(case: "obsoleteAlgorithm", ("name", name))
    case .unknownAlgorithm(let name): try encoder.encode(case: "unknownAlgorithm", ("name", name))
    case .unknownCanonicalization(let name): try encoder.encode(case: "unknownCanonicalization", ("name", name))
    case .unknownQueryMethod(let found): try encoder.encode(case: "unknownQueryMethod", ("found", found))
    case .domainMismatch(let identity, let domain):
      try encoder.encode(case: "domainMismatch", ("identity", identity), ("domain", domain))
    case .fromNotSigned: try encoder.encode(case: "fromNotSigned")
    case .expiresBeforeSigned(let timestamp, let expiration):
      try encoder.encode(case: "expiresBeforeSigned", ("timestamp", timestamp), ("expiration", expiration))
    case .tooManyHeaderNames(let limit): try encoder.encode(case: "tooManyHeaderNames", ("limit", limit))
    case .queryNameTooLong: try encoder.encode(case: "queryNameTooLong")
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "tagList": self = .tagList(try coded("error"))
    case "incompatibleVersion": self = .incompatibleVersion(try coded("found"))
    case "missingTag": self = .missingTag(try coded("tag"))
    case "badValue": self = .badValue(tag: try coded("tag"), found: try coded("found"), expected: try coded("expected"))
    case "badDomain": self = .badDomain(tag: try coded("tag"), found: try coded("found"), try coded("error"))
    case "obsoleteAlgorithm": self = .obsoleteAlgorithm(try coded("name"))
    case "unknownAlgorithm": self = .unknownAlgorithm(try coded("name"))
    case "unknownCanonicalization": self = .unknownCanonicalization(try coded("name"))
    case "unknownQueryMethod": self = .unknownQueryMethod(try coded("found"))
    case "domainMismatch": self = .domainMismatch(identity: try coded("identity"), domain: try coded("domain"))
    case "fromNotSigned": self = .fromNotSigned
    case "expiresBeforeSigned":
      self = .expiresBeforeSigned(timestamp: try coded("timestamp"), expiration: try coded("expiration"))
    case "tooManyHeaderNames": self = .tooManyHeaderNames(limit: try coded("limit"))
    case "queryNameTooLong": self = .queryNameTooLong
    default: throw coded.unknown
    }
  }
}

extension TagListError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .emptyTag(let offset): try encoder.encode(case: "emptyTag", ("offset", offset))
    case .badName(let byte, let offset): try encoder.encode(case: "badName", ("byte", byte), ("offset", offset))
    case .noEqualsSign(let name, let offset):
      try encoder.encode(case: "noEqualsSign", ("name", name), ("offset", offset))
    case .badValue(let name, let byte, let offset):
      try encoder.encode(case: "badValue", ("name", name), ("byte", byte), ("offset", offset))
    case .duplicate(let name): try encoder.encode(case: "duplicate", ("name", name))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "emptyTag": self = .emptyTag(offset: try coded("offset"))
    case "badName": self = .badName(byte: try coded("byte"), offset: try coded("offset"))
    case "noEqualsSign": self = .noEqualsSign(name: try coded("name"), offset: try coded("offset"))
    case "badValue":
      self = .badValue(name: try coded("name"), byte: try coded("byte"), offset: try coded("offset"))
    case "duplicate": self = .duplicate(name: try coded("name"))
    default: throw coded.unknown
    }
  }
}

extension DomainNameError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .empty: try encoder.encode(case: "empty")
    case .emptyLabel(let offset): try encoder.encode(case: "emptyLabel", ("offset", offset))
    case .unexpected(let byte, let offset):
      try encoder.encode(case: "unexpected", ("byte", byte), ("offset", offset))
    case .hyphenAtEnd(let label): try encoder.encode(case: "hyphenAtEnd", ("label", label))
    case .labelTooLong(let label): try encoder.encode(case: "labelTooLong", ("label", label))
    case .tooLong(let length): try encoder.encode(case: "tooLong", ("length", length))
    case .notUTF8: try encoder.encode(case: "notUTF8")
    case .badULabel(let label): try encoder.encode(case: "badULabel", ("label", label))
    case .notNormalized(let label): try encoder.encode(case: "notNormalized", ("label", label))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "empty": self = .empty
    case "emptyLabel": self = .emptyLabel(offset: try coded("offset"))
    case "unexpected": self = .unexpected(byte: try coded("byte"), offset: try coded("offset"))
    case "hyphenAtEnd": self = .hyphenAtEnd(label: try coded("label"))
    case "labelTooLong": self = .labelTooLong(label: try coded("label"))
    case "tooLong": self = .tooLong(length: try coded("length"))
    case "notUTF8": self = .notUTF8
    case "badULabel": self = .badULabel(label: try coded("label"))
    case "notNormalized": self = .notNormalized(label: try coded("label"))
    default: throw coded.unknown
    }
  }
}
