extension KeyRecordError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .tooLong(let length, let limit): try encoder.encode(case: "tooLong", ("length", length), ("limit", limit))
    case .tagList(let error): try encoder.encode(case: "tagList", ("error", error))
    case .versionNotFirst: try encoder.encode(case: "versionNotFirst")
    case .incompatibleVersion(let found): try encoder.encode(case: "incompatibleVersion", ("found", found))
    case .keyMissing: try encoder.encode(case: "keyMissing")
    case .revoked: try encoder.encode(case: "revoked")
    case .unknownKeyType(let found): try encoder.encode(case: "unknownKeyType", ("found", found))
    case .badValue(let tag, let found): try encoder.encode(case: "badValue", ("tag", tag), ("found", found))
    case .notBase64: try encoder.encode(case: "notBase64")
    case .badKey(let error): try encoder.encode(case: "badKey", ("error", error))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "tooLong": self = .tooLong(length: try coded("length"), limit: try coded("limit"))
    case "tagList": self = .tagList(try coded("error"))
    case "versionNotFirst": self = .versionNotFirst
    case "incompatibleVersion": self = .incompatibleVersion(try coded("found"))
    case "keyMissing": self = .keyMissing
    case "revoked": self = .revoked
    case "unknownKeyType": self = .unknownKeyType(try coded("found"))
    case "badValue": self = .badValue(tag: try coded("tag"), found: try coded("found"))
    case "notBase64": self = .notBase64
    case "badKey": self = .badKey(try coded("error"))
    default: throw coded.unknown
    }
  }
}

extension PublicKeyError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .malformed(let error): try encoder.encode(case: "malformed", ("error", error))
    case .wrongAlgorithm(let name): try encoder.encode(case: "wrongAlgorithm", ("name", name))
    case .privateKey: try encoder.encode(case: "privateKey")
    case .modulusNotPositive: try encoder.encode(case: "modulusNotPositive")
    case .modulusEven: try encoder.encode(case: "modulusEven")
    case .unsupportedExponent: try encoder.encode(case: "unsupportedExponent")
    case .exponentTooLarge(let bits): try encoder.encode(case: "exponentTooLarge", ("bits", bits))
    case .tooLarge(let bits, let limit): try encoder.encode(case: "tooLarge", ("bits", bits), ("limit", limit))
    case .ed25519Length(let length): try encoder.encode(case: "ed25519Length", ("length", length))
    case .weakEd25519Point: try encoder.encode(case: "weakEd25519Point")
    case .refused(let problem): try encoder.encode(case: "refused", ("problem", problem))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "malformed": self = .malformed(try coded("error"))
    case "wrongAlgorithm": self = .wrongAlgorithm(try coded("name"))
    case "privateKey": self = .privateKey
    case "modulusNotPositive": self = .modulusNotPositive
    case "modulusEven": self = .modulusEven
    case "unsupportedExponent": self = .unsupportedExponent
    case "exponentTooLarge": self = .exponentTooLarge(bits: try coded("bits"))
    case "tooLarge": self = .tooLarge(bits: try coded("bits"), limit: try coded("limit"))
    case "ed25519Length": self = .ed25519Length(try coded("length"))
    case "weakEd25519Point": self = .weakEd25519Point
    case "refused": self = .refused(try coded("problem"))
    default: throw coded.unknown
    }
  }
}

extension DERError: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch fault {
    case .truncated: try encoder.encode(case: "truncated", ("offset", offset))
    case .unexpected(let tag, let expected):
      try encoder.encode(case: "unexpected", ("offset", offset), ("tag", tag), ("expected", expected))
    case .lengthForm: try encoder.encode(case: "lengthForm", ("offset", offset))
    case .valueForm: try encoder.encode(case: "valueForm", ("offset", offset))
    case .trailing: try encoder.encode(case: "trailing", ("offset", offset))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    offset = try coded("offset")
    switch coded.word {
    case "truncated": fault = .truncated
    case "unexpected": fault = .unexpected(tag: try coded("tag"), expected: try coded("expected"))
    case "lengthForm": fault = .lengthForm
    case "valueForm": fault = .valueForm
    case "trailing": fault = .trailing
    default: throw coded.unknown
    }
  }
}
