// The coding of a result is one flat object. Members for people, such as `reason` and `keyBits`, follow from others, and
// are not read; those that are read are `position`, `outcome`, `objections`, the hashes, and the members of the parts
// below.

extension VerificationReport: Codable {
  private enum Key: String, CodingKey {
    case headerExcess, headerLimit, signatures, error
  }

  public func encode(to encoder: any Encoder) throws {
    try encode(to: encoder) { _, result in result }
  }

  /// Encodes the report with something else in place of each result.
  /// - Parameter signature: returns what to encode for the result with this index; it should encode the result, and may
  ///   add members.
  package func encode<Signature: Encodable>(
    to encoder: any Encoder, _ signature: (Int, VerificationResult) -> Signature
  ) throws {
    var container = encoder.container(keyedBy: Key.self)
    if let headerExcess {
      try container.encode(headerExcess.description, forKey: .headerExcess)
      try container.encode(headerExcess, forKey: .headerLimit)
    }
    try container.encode(results.enumerated().map(signature), forKey: .signatures)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    // Without this check, a message that dkimtool could not read would be unsigned.
    guard !container.contains(.error) else { throw decoder.invalid("not a report: the message was not read") }
    results = try container.decode([VerificationResult].self, forKey: .signatures)
    headerExcess = try container.decodeIfPresent(MessageHeader.Excess.self, forKey: .headerLimit)
    guard container.contains(.headerExcess) == (headerExcess != nil) else {
      throw decoder.invalid("headerExcess and headerLimit contradict each other")
    }
  }
}

extension VerificationResult: Codable {
  private enum Key: String, CodingKey {
    case result, reason, keyName, testing, keyBits, bodyHash, headerHash, canonicalization, signedHeaders, timestamp
    case expiration, remarks, position, outcome, objections
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(code, forKey: .result)
    try container.encode(reason, forKey: .reason)
    try field.encode(to: encoder)
    try container.encode(signature?.keyQuery.name, forKey: .keyName)
    try container.encode(key?.record?.keyBits, forKey: .keyBits)
    try container.encode(key?.record?.isTesting, forKey: .testing)
    try encoder.encode(part: key)
    try container.encode(bodyHash, forKey: .bodyHash)
    try container.encode(headerHash, forKey: .headerHash)
    try container.encode(signature?.canonicalization.description, forKey: .canonicalization)
    try encoder.encode(part: body)
    try container.encode(signature?.signedHeaders.map(\.text), forKey: .signedHeaders)
    try encoder.encode(part: header)
    try container.encode(signature?.timestamp, forKey: .timestamp)
    try container.encode(signature?.expiration, forKey: .expiration)
    try container.encode(remarks.map(\.description), forKey: .remarks)
    try container.encode(position, forKey: .position)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(remarks, forKey: .objections)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    position = try container.decode(Int.self, forKey: .position)
    outcome = try container.decode(VerificationOutcome.self, forKey: .outcome)
    remarks = try container.decode([PolicyReason].self, forKey: .objections)
    field = try Field(from: decoder)
    bodyHash = try container.decode(Check.self, forKey: .bodyHash)
    headerHash = try container.decode(Check.self, forKey: .headerHash)
    body = try decoder.decodePart()
    header = try decoder.decodePart()
    key = try decoder.decodePart()
    canonicalized = nil
    // A program that reads only `result` must not see another result than one that decodes all.
    guard try container.decode(DKIMResultCode.self, forKey: .result) == outcome.code else {
      throw decoder.invalid("result and outcome contradict each other")
    }
  }
}

/// A part of a result, whose members are null if the result does not have it.
private protocol ResultPart: Codable {
  associatedtype Key: CodingKey, CaseIterable
  /// A member that is never null if the part exists.
  static var indicator: Key { get }
}

extension Encoder {
  fileprivate func encode<Part: ResultPart>(part: Part?) throws {
    if let part { return try part.encode(to: self) }
    var container = container(keyedBy: Part.Key.self)
    for key in Part.Key.allCases { try container.encodeNil(forKey: key) }
  }
}

extension Decoder {
  fileprivate func decodePart<Part: ResultPart>() throws -> Part? {
    try container(keyedBy: Part.Key.self).decodeNil(forKey: Part.indicator) ? nil : Part(from: self)
  }
}

extension VerificationResult.BodyCoverage: ResultPart {
  enum Key: String, CodingKey, CaseIterable {
    case signedBytes, unsignedBytes, bodyDefects
  }

  static var indicator: Key { .signedBytes }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(signedBytes, forKey: .signedBytes)
    try container.encode(unsignedBytes, forKey: .unsignedBytes)
    try container.encode(defects, forKey: .bodyDefects)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    signedBytes = try container.decode(UInt64.self, forKey: .signedBytes)
    let unsigned = try container.decode(UInt64.self, forKey: .unsignedBytes)
    let (sum, overflow) = signedBytes.addingReportingOverflow(unsigned)
    guard !overflow else { throw decoder.invalid("the body has more bytes than can be counted") }
    bytes = sum
    defects = try container.decode(MessageDefects.self, forKey: .bodyDefects)
  }
}

extension VerificationResult.HeaderCoverage: ResultPart {
  enum Key: String, CodingKey, CaseIterable {
    case signedFields, absentNames, fromFields, unsignedFromFields, headerDefects
  }

  static var indicator: Key { .signedFields }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(signedFields, forKey: .signedFields)
    try container.encode(absentNames, forKey: .absentNames)
    try container.encode(fromFields, forKey: .fromFields)
    try container.encode(unsignedFromFields, forKey: .unsignedFromFields)
    try container.encode(defects, forKey: .headerDefects)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    signedFields = try container.decode(Int.self, forKey: .signedFields)
    absentNames = try container.decode(Int.self, forKey: .absentNames)
    fromFields = try container.decode(Int.self, forKey: .fromFields)
    unsignedFromFields = try container.decode(Int.self, forKey: .unsignedFromFields)
    defects = try container.decode(MessageDefects.self, forKey: .headerDefects)
  }
}

extension VerificationResult.KeyLookupSummary: ResultPart {
  enum Key: String, CodingKey, CaseIterable {
    case dnssec, keyRecord, keyRecordCount, skippedKeyRecords
  }

  static var indicator: Key { .dnssec }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(secure, forKey: .dnssec)
    try container.encode(record, forKey: .keyRecord)
    try container.encode(recordCount, forKey: .keyRecordCount)
    try container.encode(skipped, forKey: .skippedKeyRecords)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    secure = try container.decode(Bool.self, forKey: .dnssec)
    record = try container.decode(KeyRecord?.self, forKey: .keyRecord)
    recordCount = try container.decode(Int.self, forKey: .keyRecordCount)
    skipped = try container.decode([KeyRecordError].self, forKey: .skippedKeyRecords)
  }
}
