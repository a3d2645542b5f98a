/// Determines the result for one signature when header, body and key are available: first whether the signature is
/// valid, then whether policy accepts it. // RFC 6376 §6.1.3
struct SignatureEvaluator {
  let position: Int
  let signature: DKIMSignature
  let header: MessageHeader
  let policy: VerificationPolicy
  let requirements: [SignatureRequirement]
  let time: Timestamp
  /// The defects of the message, shared by all of its signatures.
  let defects: Defects
  /// The amount of hashed data to keep; `nil` keeps none.
  let keeping: CanonicalizedData.Limits?

  /// The defects of a message, which are looked for only once per message.
  struct Defects {
    let body: MessageDefects
    let header: MessageDefects
    /// The number of From fields, including those hidden by defects of the header.
    let fromFields: Int

    init(_ header: MessageHeader, body: MessageDefects) {
      self.body = body
      self.header = header.defects
      fromFields = header.fromCount(self.header)
    }
  }

  func evaluate(body: BodyHasher.Result, index: FieldIndex, keys: KeySelection) -> VerificationResult {
    let signedBytes = min(signature.bodyLength ?? .max, body.canonicalBytes)
    let bodyCoverage = VerificationResult.BodyCoverage(
      bytes: body.canonicalBytes, signedBytes: signedBytes, defects: defects.body)
    let bodyHash: VerificationResult.Check = body.digest == signature.bodyHash ? .matches : .differs
    let (digest, headerCoverage, keptHeader) = headerDigest(index)
    let verifying = keys.records.first { $0.key.verify(signature: signature.signature, digest: digest) }
    let headerHash: VerificationResult.Check =
      keys.records.isEmpty ? .notChecked : verifying == nil ? .differs : .matches
    var lookupSummary = keys.lookupSummary
    if let verifying { lookupSummary?.record = verifying }
    let policyObjections = policyObjections(bodyCoverage, headerCoverage)
    let refusal = policyObjections.first { $0.treatment == .refuse }?.reason
    let outcome =
      keys.refusal ?? mechanicalFailure(bodyCoverage, bodyHash, headerHash)
      ?? refusal.map(VerificationOutcome.unacceptable) ?? .success
    let result = VerificationResult(
      position: position, outcome: outcome, remarks: policyObjections.map(\.reason), field: .parsed(signature),
      bodyHash: bodyHash, headerHash: headerHash, body: bodyCoverage,
      header: headerCoverage, key: lookupSummary, canonicalized: CanonicalizedData(header: keptHeader, body: body.kept))
    return requirements.isEmpty ? result : applyRequirements(to: result, verifying)
  }

  /// Checks the requirements of the caller, in order, until the signature does not meet one. Only a result that would be
  /// a pass can change.
  private func applyRequirements(to result: VerificationResult, _ record: KeyRecord?) -> VerificationResult {
    guard result.outcome == .success, let record else { return result }
    let verified = VerifiedSignature(
      signature: signature, keyRecord: record, result: result, header: header, time: time)
    for requirement in requirements {
      guard let reason = requirement.reason(against: verified) else { continue }
      var result = result
      result.outcome = .unacceptable(reason)
      result.remarks.append(reason)
      return result
    }
    return result
  }

  /// The mechanical check: returns the failure if the signature does not match the message.
  private func mechanicalFailure(
    _ body: VerificationResult.BodyCoverage, _ bodyHash: VerificationResult.Check,
    _ headerHash: VerificationResult.Check
  ) -> VerificationOutcome? {
    if let length = signature.bodyLength, length > body.bytes {
      return .permanentFailure(.bodyTooShort(signed: length, actual: body.bytes))
    }
    if bodyHash != .matches { return .permanentFailure(.bodyHashDidNotVerify) }
    if headerHash != .matches { return .permanentFailure(.signatureDidNotVerify) }
    return nil
  }

  /// The policy check: returns the objections to the signature, valid or not, and what to do about each.
  private func policyObjections(
    _ body: VerificationResult.BodyCoverage, _ header: VerificationResult.HeaderCoverage
  ) -> [(reason: PolicyReason, treatment: VerificationPolicy.Treatment)] {
    var policyObjections: [(PolicyReason, VerificationPolicy.Treatment)] = []
    if signature.domain.labelCount == 1 {
      policyObjections.append((.singleLabelDomain(signature.domain.text), policy.singleLabelDomains))
    }
    if let timestamp = signature.timestamp,
      timestamp.seconds > time.seconds.addingSaturating(policy.clockDrift.wholeSeconds)
    {
      policyObjections.append((.fromTheFuture(timestamp: timestamp), policy.fromTheFuture))
    }
    if let expiration = signature.expiration,
      time.seconds > expiration.seconds.addingSaturating(policy.clockDrift.wholeSeconds)
    {
      policyObjections.append((.expired(at: expiration), policy.expired))
    }
    if body.unsignedBytes > 0 {
      policyObjections.append((.unsignedBody(bytes: body.unsignedBytes), policy.unsignedBody))
    }
    if header.fromFields == 0 || header.unsignedFromFields > 0 {
      let reason = PolicyReason.unsignedFrom(count: header.fromFields, unsigned: header.unsignedFromFields)
      policyObjections.append((reason, policy.unsignedFrom))
    }
    return policyObjections
  }

  /// Returns the hash that `b=` signs. // RFC 6376 §3.7
  private func headerDigest(_ index: FieldIndex) -> ([UInt8], VerificationResult.HeaderCoverage, KeptBytes?) {
    var index = index
    let hash = HeaderHash(signature.canonicalization.header, keeping: keeping?.header)
    var signed = 0
    var signedFrom = 0
    let bytes = signature.bytes
    for range in signature.headerNames {
      let name = bytes.span.extracting(range)
      guard let field = takeOther(name, &index) else { continue }
      hash.append(field: field, of: header)
      signed += 1
      if Bytes.equal(name, ignoringCase: "from") { signedFrom += 1 }
    }
    let coverage = VerificationResult.HeaderCoverage(
      signedFields: signed, absentNames: signature.headerNames.count - signed, fromFields: defects.fromFields,
      unsignedFromFields: defects.fromFields - signedFrom, defects: defects.header)
    let extent = header.fields[position]
    var field = Array(header.bytes[extent.start..<extent.end])
    let valueStart = extent.valueStart - extent.start
    let blanked = signature.blanked
    field.removeSubrange((valueStart + blanked.lowerBound)..<(valueStart + blanked.upperBound))
    let digest = hash.finish(
      signatureField: field, nameEnd: extent.nameEnd - extent.start, valueStart: valueStart)
    return (digest, coverage, hash.kept)
  }

  /// Takes the next field with that name, skipping the signature itself, which is never one of its own signed fields.
  private func takeOther(_ name: Span<UInt8>, _ index: inout FieldIndex) -> Int? {
    let field = index.take(name, from: header)
    return field == position ? index.take(name, from: header) : field
  }
}

extension UInt64 {
  fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
