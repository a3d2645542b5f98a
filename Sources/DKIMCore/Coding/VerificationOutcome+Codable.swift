// Outcomes are objects of words and plain members, such as
// {"kind":"unacceptable","cause":"keyTooSmall","bits":512,"minimum":1024}. Docs/Schemas/verify.schema.json describes them.

extension VerificationOutcome: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .success: try encoder.encode(case: "success", as: "kind")
    case .permanentFailure(let failure):
      try encoder.encode(case: "permanentFailure", as: "kind")
      try failure.encode(to: encoder)
    case .temporaryFailure(let failure):
      try encoder.encode(case: "temporaryFailure", as: "kind")
      try failure.encode(to: encoder)
    case .unacceptable(let reason):
      try encoder.encode(case: "unacceptable", as: "kind")
      try reason.encode(to: encoder)
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder, as: "kind")
    switch coded.word {
    case "success": self = .success
    case "permanentFailure": self = .permanentFailure(try PermanentFailure(from: decoder))
    case "temporaryFailure": self = .temporaryFailure(try KeyLookupFailure(from: decoder))
    case "unacceptable": self = .unacceptable(try PolicyReason(from: decoder))
    default: throw coded.unknown
    }
  }
}

extension PermanentFailure: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .signatureField(let error): try encoder.encode(case: "signatureField", ("error", error))
    case .noKey(let name, let exists): try encoder.encode(case: "noKey", ("name", name), ("exists", exists))
    case .keyRecord(let error): try encoder.encode(case: "keyRecord", ("error", error))
    case .inappropriateKeyAlgorithm(let signature, let key):
      try encoder.encode(case: "inappropriateKeyAlgorithm", ("signature", signature), ("key", key))
    case .inappropriateHashAlgorithm(let allowed):
      try encoder.encode(case: "inappropriateHashAlgorithm", ("allowed", allowed))
    case .inapplicableService(let services): try encoder.encode(case: "inapplicableService", ("services", services))
    case .inapplicableIdentity(let identity): try encoder.encode(case: "inapplicableIdentity", ("identity", identity))
    case .bodyTooShort(let signed, let actual):
      try encoder.encode(case: "bodyTooShort", ("signed", signed), ("actual", actual))
    case .bodyHashDidNotVerify: try encoder.encode(case: "bodyHashDidNotVerify")
    case .signatureDidNotVerify: try encoder.encode(case: "signatureDidNotVerify")
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "signatureField": self = .signatureField(try coded("error"))
    case "noKey": self = .noKey(name: try coded("name"), exists: try coded("exists"))
    case "keyRecord": self = .keyRecord(try coded("error"))
    case "inappropriateKeyAlgorithm":
      self = .inappropriateKeyAlgorithm(signature: try coded("signature"), key: try coded("key"))
    case "inappropriateHashAlgorithm": self = .inappropriateHashAlgorithm(allowed: try coded("allowed"))
    case "inapplicableService": self = .inapplicableService(services: try coded("services"))
    case "inapplicableIdentity": self = .inapplicableIdentity(identity: try coded("identity"))
    case "bodyTooShort": self = .bodyTooShort(signed: try coded("signed"), actual: try coded("actual"))
    case "bodyHashDidNotVerify": self = .bodyHashDidNotVerify
    case "signatureDidNotVerify": self = .signatureDidNotVerify
    default: throw coded.unknown
    }
  }
}

extension KeyLookupFailure: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .timeout(let seconds): try encoder.encode(case: "timeout", ("seconds", seconds))
    case .serverFailure: try encoder.encode(case: "serverFailure")
    case .refused: try encoder.encode(case: "refused")
    case .responseCode(let code): try encoder.encode(case: "responseCode", ("code", code))
    case .malformed(let problem): try encoder.encode(case: "malformed", ("problem", problem))
    case .aliasLoop: try encoder.encode(case: "aliasLoop")
    case .bogus: try encoder.encode(case: "bogus")
    case .unavailable(let problem): try encoder.encode(case: "unavailable", ("problem", problem))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "timeout": self = .timeout(seconds: try coded("seconds"))
    case "serverFailure": self = .serverFailure
    case "refused": self = .refused
    case "responseCode": self = .responseCode(try coded("code"))
    case "malformed": self = .malformed(try coded("problem"))
    case "aliasLoop": self = .aliasLoop
    case "bogus": self = .bogus
    case "unavailable": self = .unavailable(try coded("problem"))
    default: throw coded.unknown
    }
  }
}

extension PolicyReason: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .tooManySignatures(let limit): try encoder.encode(case: "tooManySignatures", ("limit", limit))
    case .tooManyHeaderNames(let limit): try encoder.encode(case: "tooManyHeaderNames", ("limit", limit))
    case .header(let excess): try encoder.encode(case: "header", ("excess", excess))
    case .keyTooSmall(let bits, let minimum):
      try encoder.encode(case: "keyTooSmall", ("bits", bits), ("minimum", minimum))
    case .keyTooLarge(let bits, let limit): try encoder.encode(case: "keyTooLarge", ("bits", bits), ("limit", limit))
    case .exponentTooLarge(let bits): try encoder.encode(case: "exponentTooLarge", ("bits", bits))
    case .expired(let time): try encoder.encode(case: "expired", ("at", time))
    case .fromTheFuture(let timestamp): try encoder.encode(case: "fromTheFuture", ("timestamp", timestamp))
    case .unsignedBody(let bytes): try encoder.encode(case: "unsignedBody", ("bytes", bytes))
    case .singleLabelDomain(let domain): try encoder.encode(case: "singleLabelDomain", ("domain", domain))
    case .unsignedFrom(let count, let unsigned):
      try encoder.encode(case: "unsignedFrom", ("count", count), ("unsigned", unsigned))
    case .requirement(let name, let reason):
      try encoder.encode(case: "requirement", ("name", name), ("reason", reason))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "tooManySignatures": self = .tooManySignatures(limit: try coded("limit"))
    case "tooManyHeaderNames": self = .tooManyHeaderNames(limit: try coded("limit"))
    case "header": self = .header(try coded("excess"))
    case "keyTooSmall": self = .keyTooSmall(bits: try coded("bits"), minimum: try coded("minimum"))
    case "keyTooLarge": self = .keyTooLarge(bits: try coded("bits"), limit: try coded("limit"))
    case "exponentTooLarge": self = .exponentTooLarge(bits: try coded("bits"))
    case "expired": self = .expired(at: try coded("at"))
    case "fromTheFuture": self = .fromTheFuture(timestamp: try coded("timestamp"))
    case "unsignedBody": self = .unsignedBody(bytes: try coded("bytes"))
    case "singleLabelDomain": self = .singleLabelDomain(try coded("domain"))
    case "unsignedFrom": self = .unsignedFrom(count: try coded("count"), unsigned: try coded("unsigned"))
    case "requirement": self = .requirement(name: try coded("name"), reason: try coded("reason"))
    default: throw coded.unknown
    }
  }
}

extension MessageHeader.Excess: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .bytes(let limit): try encoder.encode(case: "bytes", ("limit", limit))
    case .fields(let limit): try encoder.encode(case: "fields", ("limit", limit))
    }
  }

  public init(from decoder: any Decoder) throws {
    let coded = try CodedCase(decoder)
    switch coded.word {
    case "bytes": self = .bytes(limit: try coded("limit"))
    case "fields": self = .fields(limit: try coded("limit"))
    default: throw coded.unknown
    }
  }
}
