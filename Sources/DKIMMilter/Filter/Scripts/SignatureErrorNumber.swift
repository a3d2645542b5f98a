import DKIMCore

/// The numbers of signature errors in scripts (`DKIM_SIGERROR_…`), as in OpenDKIM's dkim.h.
enum SignatureErrorNumber: Int, Sendable, Hashable, CaseIterable {
  case unknown = -1
  case ok, version, domain, expired, future, timestamps
  case invalidHeaderCanonicalization = 7
  case invalidBodyCanonicalization, missingA, invalidA, missingH, invalidL, invalidQ, invalidQueryOption
  case missingD, emptyD, missingS, emptyS, missingB, emptyB, corruptB, noKey, dnsSyntax, keyFail, missingBH, emptyBH
  case corruptBH, badSignature, subdomain, multipleReplies, emptyH, invalidH, tooLargeL, mustBeSigned, keyVersion
  case keyUnknownHash, keyHashMismatch, notEmailKey
  case keyTypeMissing = 40
  case keyTypeUnknown, keyRevoked, keyDecode, missingV, emptyV, keyTooSmall

  static let names: [(String, SignatureErrorNumber)] = [
    ("UNKNOWN", .unknown), ("OK", .ok), ("VERSION", .version), ("DOMAIN", .domain), ("EXPIRED", .expired),
    ("FUTURE", .future), ("TIMESTAMPS", .timestamps), ("INVALID_HC", .invalidHeaderCanonicalization),
    ("INVALID_BC", .invalidBodyCanonicalization), ("MISSING_A", .missingA), ("INVALID_A", .invalidA),
    ("MISSING_H", .missingH), ("INVALID_L", .invalidL), ("INVALID_Q", .invalidQ), ("INVALID_QO", .invalidQueryOption),
    ("MISSING_D", .missingD), ("EMPTY_D", .emptyD), ("MISSING_S", .missingS), ("EMPTY_S", .emptyS),
    ("MISSING_B", .missingB), ("EMPTY_B", .emptyB), ("CORRUPT_B", .corruptB), ("NOKEY", .noKey),
    ("DNSSYNTAX", .dnsSyntax), ("KEYFAIL", .keyFail), ("MISSING_BH", .missingBH), ("EMPTY_BH", .emptyBH),
    ("CORRUPT_BH", .corruptBH), ("BADSIG", .badSignature), ("SUBDOMAIN", .subdomain),
    ("MULTIREPLY", .multipleReplies), ("EMPTY_H", .emptyH), ("INVALID_H", .invalidH), ("TOOLARGE_L", .tooLargeL),
    ("MBSFAILED", .mustBeSigned), ("KEYVERSION", .keyVersion), ("KEYUNKNOWNHASH", .keyUnknownHash),
    ("KEYHASHMISMATCH", .keyHashMismatch), ("NOTEMAILKEY", .notEmailKey), ("KEYTYPEMISSING", .keyTypeMissing),
    ("KEYTYPEUNKNOWN", .keyTypeUnknown), ("KEYREVOKED", .keyRevoked), ("KEYDECODE", .keyDecode),
    ("MISSING_V", .missingV), ("EMPTY_V", .emptyV), ("KEYTOOSMALL", .keyTooSmall),
  ]

  /// - Parameter signature: `nil` for a signature that was not evaluated.
  init(_ signature: EvaluatedSignature?) {
    guard let signature else {
      self = .unknown
      return
    }
    switch signature.result.outcome {
    // The signature verifies, but a setting of this host refuses it.
    case .success where signature.cause != .good:
      self = signature.setting == "MustBeSigned" ? .mustBeSigned : .unknown
    case .success: self = .ok
    case .temporaryFailure: self = .keyFail
    case .unacceptable(.expired): self = .expired
    case .unacceptable(.fromTheFuture): self = .future
    case .unacceptable(.keyTooSmall): self = .keyTooSmall
    case .unacceptable: self = .unknown
    case .permanentFailure(let failure): self.init(failure)
    }
  }

  private init(_ failure: PermanentFailure) {
    switch failure {
    case .signatureField(let error): self.init(error)
    case .noKey: self = .noKey
    case .keyRecord(.revoked): self = .keyRevoked
    case .keyRecord(.incompatibleVersion): self = .keyVersion
    case .keyRecord(.unknownKeyType): self = .keyTypeUnknown
    case .keyRecord(.badKey), .keyRecord(.notBase64): self = .keyDecode
    case .keyRecord: self = .dnsSyntax
    case .inappropriateKeyAlgorithm, .inappropriateHashAlgorithm: self = .keyHashMismatch
    case .inapplicableService: self = .notEmailKey
    case .inapplicableIdentity: self = .subdomain
    case .bodyTooShort: self = .tooLargeL
    case .bodyHashDidNotVerify, .signatureDidNotVerify: self = .badSignature
    }
  }

  private init(_ error: SignatureFieldError) {
    switch error {
    case .incompatibleVersion: self = .version
    case .missingTag(let tag):
      let numbers: [String: SignatureErrorNumber] = [
        "a": .missingA, "h": .missingH, "d": .missingD, "s": .missingS, "b": .missingB, "bh": .missingBH,
        "v": .missingV,
      ]
      self = numbers[tag] ?? .unknown
    case .badValue(let tag, _, _):
      let numbers: [String: SignatureErrorNumber] = [
        "b": .corruptB, "bh": .corruptBH, "l": .invalidL, "h": .invalidH, "a": .invalidA,
      ]
      self = numbers[tag] ?? .unknown
    case .badDomain, .domainMismatch: self = .domain
    case .obsoleteAlgorithm, .unknownAlgorithm: self = .invalidA
    case .unknownCanonicalization: self = .invalidHeaderCanonicalization
    case .unknownQueryMethod: self = .invalidQ
    case .fromNotSigned: self = .invalidH
    case .expiresBeforeSigned: self = .timestamps
    case .tagList, .tooManyHeaderNames, .queryNameTooLong: self = .unknown
    }
  }
}
