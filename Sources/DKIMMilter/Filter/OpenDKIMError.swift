import DKIMCore

/// OpenDKIM's numbers for the errors of signatures: the table `sigerrorcodes` of its statistics database.
enum OpenDKIMError: Int, Sendable {
  case noError = 0
  case version, domain, expired, future, timestamps
  case headerCanonicalization = 7
  case bodyCanonicalization, algorithmMissing, algorithm, headersMissing, length, queryMethod
  case domainMissing = 15
  case selectorMissing = 17
  case signatureMissing = 19
  case signature = 21
  case noKey, badResponse, lookupFailed, bodyHashMissing
  case bodyHash = 27
  case mismatch, subdomain
  case headersIncomplete = 32
  case lengthTooLarge, fieldNotSigned, keyVersion, keyHashUnknown, keyHashMismatch, notForMail
  case keyType = 41
  case keyRevoked, keyNotDecoded, versionMissing
  case keyTooSmall = 46
}

extension VerificationOutcome {
  /// OpenDKIM's number for the outcome; `nil` if it has none, because OpenDKIM accepts the field or ignores it.
  var openDKIMError: OpenDKIMError? {
    switch self {
    case .success: .noError
    case .temporaryFailure(.malformed), .temporaryFailure(.aliasLoop): .badResponse
    case .temporaryFailure: .lookupFailed
    case .permanentFailure(let failure): failure.openDKIMError
    case .unacceptable(.expired): .expired
    case .unacceptable(.fromTheFuture): .future
    case .unacceptable(.keyTooSmall): .keyTooSmall
    case .unacceptable(.singleLabelDomain): .domain
    case .unacceptable(.unsignedFrom): .fieldNotSigned
    // The signature has no error; only the policy of this host does not accept it.
    case .unacceptable: .noError
    }
  }
}

extension PermanentFailure {
  fileprivate var openDKIMError: OpenDKIMError? {
    switch self {
    case .signatureField(let error): error.openDKIMError
    case .noKey: .noKey
    case .keyRecord(.revoked): .keyRevoked
    case .keyRecord(.incompatibleVersion): .keyVersion
    case .keyRecord(.unknownKeyType): .keyType
    case .keyRecord, .inappropriateKeyAlgorithm: .keyNotDecoded
    case .inappropriateHashAlgorithm(let allowed): allowed.contains("sha1") ? .keyHashMismatch : .keyHashUnknown
    case .inapplicableService: .notForMail
    case .inapplicableIdentity: .subdomain
    case .bodyTooShort: .lengthTooLarge
    case .bodyHashDidNotVerify, .signatureDidNotVerify: .mismatch
    }
  }
}

extension SignatureFieldError {
  fileprivate var openDKIMError: OpenDKIMError? {
    switch self {
    case .incompatibleVersion: .version
    case .missingTag(let tag): Self.missing[tag]
    case .badValue(let tag, _, _): Self.bad[tag]
    case .badDomain, .domainMismatch, .queryNameTooLong: .domain
    case .obsoleteAlgorithm, .unknownAlgorithm: .algorithm
    case .unknownCanonicalization(let found):
      found.hasPrefix("simple/") || found.hasPrefix("relaxed/") ? .bodyCanonicalization : .headerCanonicalization
    case .unknownQueryMethod: .queryMethod
    case .fromNotSigned: .headersIncomplete
    case .expiresBeforeSigned: .timestamps
    case .tagList, .tooManyHeaderNames: nil
    }
  }

  private static let missing: [String: OpenDKIMError] = [
    "a": .algorithmMissing, "b": .signatureMissing, "bh": .bodyHashMissing, "d": .domainMissing, "h": .headersMissing,
    "s": .selectorMissing, "v": .versionMissing,
  ]
  private static let bad: [String: OpenDKIMError] = [
    "a": .algorithm, "b": .signature, "bh": .bodyHash, "c": .headerCanonicalization, "h": .headersIncomplete,
    "i": .domain, "l": .length, "q": .queryMethod, "t": .timestamps, "x": .timestamps,
  ]
}
