/// The keys in a response that can be used for a signature, or the reason why none can. // RFC 6376 §6.1.2
struct KeySelection {
  /// The keys to try, in the order of the response.
  private(set) var records: [KeyRecord] = []
  /// The reason why there is no key to try; `nil` if there is one.
  private(set) var refusal: VerificationOutcome?
  private(set) var lookupSummary: VerificationResult.KeyLookupSummary?

  /// Selects the keys for a signature.
  /// - Parameter answer: the response to the key query; `nil` if there was none.
  init(_ answer: KeyAnswer?, for signature: DKIMSignature, policy: VerificationPolicy, records cache: KeyRecordCache) {
    let name = signature.keyQuery.name
    switch answer {
    case nil: refusal = .temporaryFailure(.unavailable("the key query received no response"))
    case .failure(let failure): refusal = .temporaryFailure(failure)
    case .noSuchName(let secure): refuse(.noKey(name: name, exists: false), secure: secure)
    case .noData(let secure), .records([], let secure): refuse(.noKey(name: name, exists: true), secure: secure)
    case .records(let texts, let secure): select(texts, secure, for: signature, policy, cache)
    }
  }

  private mutating func refuse(_ failure: PermanentFailure, secure: Bool) {
    refusal = .permanentFailure(failure)
    lookupSummary = VerificationResult.KeyLookupSummary(record: nil, secure: secure, recordCount: 0, skipped: [])
  }

  /// Skips records that are not keys; an error in the first of them is reported only if no key is left.
  private mutating func select(
    _ texts: [[UInt8]], _ secure: Bool, for signature: DKIMSignature, _ policy: VerificationPolicy,
    _ cache: KeyRecordCache
  ) {
    var skipped: [KeyRecordError] = []
    var firstRejected: (record: KeyRecord, outcome: VerificationOutcome)?
    for text in texts.prefix(Self.maximumRecords) where records.count < max(policy.maximumKeysTried, 1) {
      switch cache.record(text) {
      case .failure(let error): skipped.append(error)
      case .success(let record):
        if let outcome = Self.rejection(of: record, for: signature, policy: policy) {
          firstRejected = firstRejected ?? (record, outcome)
        } else {
          records.append(record)
        }
      }
    }
    lookupSummary = VerificationResult.KeyLookupSummary(
      record: records.first ?? firstRejected?.record, secure: secure, recordCount: texts.count, skipped: skipped)
    guard records.isEmpty else { return }
    refusal = firstRejected?.outcome ?? skipped.first.map(Self.outcome)
  }

  /// The maximum number of records to examine in a response.
  private static let maximumRecords = 20

  private static func outcome(_ error: KeyRecordError) -> VerificationOutcome {
    switch error {
    case .badKey(.tooLarge(let bits, let limit)): .unacceptable(.keyTooLarge(bits: bits, limit: limit))
    case .badKey(.exponentTooLarge(let bits)): .unacceptable(.exponentTooLarge(bits: bits))
    default: .permanentFailure(.keyRecord(error))
    }
  }

  /// Checks the tags of the record against the signature. // RFC 6376 §6.1.2 steps 4 to 7
  private static func rejection(
    of record: KeyRecord, for signature: DKIMSignature, policy: VerificationPolicy
  ) -> VerificationOutcome? {
    if !record.allowsSHA256 {
      return .permanentFailure(.inappropriateHashAlgorithm(allowed: record.hashAlgorithms ?? []))
    }
    if record.keyType != signature.algorithm.keyType {
      return .permanentFailure(
        .inappropriateKeyAlgorithm(signature: signature.algorithm.keyType, key: record.keyType))
    }
    if !record.servesEmail {
      return .permanentFailure(.inapplicableService(services: record.services ?? []))
    }
    if record.isStrict, signature.identity.domain != signature.domain {
      return .permanentFailure(.inapplicableIdentity(identity: signature.identity.reportText))
    }
    let minimum = max(policy.minimumRSABits, VerificationKey.minimumRSABits)
    if record.keyType == .rsa, record.keyBits < minimum {
      return .unacceptable(.keyTooSmall(bits: record.keyBits, minimum: minimum))
    }
    return nil
  }
}
