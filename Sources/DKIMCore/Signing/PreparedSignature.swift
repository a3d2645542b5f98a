/// A signature whose header fields are selected and hashed, and that only needs the body. // RFC 6376 §5.4, §5.5
struct PreparedSignature {
  private(set) var request: SigningRequest
  let time: Timestamp
  /// The value of `x=`.
  private let expiration: UInt64?
  /// The names in `h=` as spelled in the message.
  private var names = ByteList()
  /// The copies in `z=`, each with a vertical bar at its end.
  private var copies: [[UInt8]] = []
  private let hash: HeaderHash

  /// The maximum number of names in `h=`; this library's verifier accepts no more by default.
  private static let maximumNames = 1000

  init(_ request: SigningRequest, header: MessageHeader, index: FieldIndex, time: Timestamp) throws(SigningError) {
    self.request = request
    self.time = time
    hash = HeaderHash(request.canonicalization.header)
    expiration = try Self.expiration(request.lifetime, from: time)
    names.reserveCapacity(bytes: 256, elements: 32)
    let oversigned = request.oversignedHeaders
    var index = index
    for field in header.fields.indices {
      let name = header.bytes.span.extracting(header.nameRange(of: field))
      let nameHash = header.fields[field].nameHash
      // Oversigning a name requires that all fields with that name are signed.
      let isOversigned = oversigned.contains { $0.hash == nameHash && HeaderFieldName.equal($0.bytes.span, name) }
      guard !name.isEmpty, isOversigned || Self.isSigned(name, nameHash, request) else { continue }
      append(name, nameHash, of: header, &index)
    }
    for name in oversigned {
      append(name.bytes.span, name.hash, of: header, &index)
    }
    guard names.count <= Self.maximumNames else {
      throw .tooManyHeaderNames(count: names.count, limit: Self.maximumNames)
    }
  }

  /// Appends a name to `h=`; it refers to the lowest field with that name that has not been taken yet, if any.
  private mutating func append(
    _ name: Span<UInt8>, _ nameHash: UInt64, of header: MessageHeader, _ index: inout FieldIndex
  ) {
    names.append(name)
    guard let field = index.take(name, hash: nameHash, from: header) else { return }
    hash.append(field: field, of: header)
    if request.copiesHeaders { copies.append(Self.copy(of: field, in: header)) }
  }

  /// Adds a tag of an extension; see ``SigningRequest/addExtensionTag(_:_:)``.
  mutating func addExtensionTag(_ name: String, _ value: String) -> Bool { request.addExtensionTag(name, value) }

  /// Writes everything except the signature, given the hash and length of the body.
  consuming func finish(_ body: BodyHasher.Result) throws(SigningError) -> UnsignedField {
    let length = try request.bodyLength?.tag(bodyBytes: body.canonicalBytes)
    var writer = SignatureWriter()
    writeTags(bodyHash: body.digest, length: length, to: &writer)
    writer.beginSignature()
    let name = Array(SignatureField.name.utf8)
    // The hashed field is the one that will be sent, except for the value of b=.
    let digest = hash.finish(
      signatureField: name + [UInt8(ascii: ":")] + writer.value, nameEnd: name.count, valueStart: name.count + 1)
    return UnsignedField(request: request, writer: writer, digest: digest)
  }

  private func writeTags(bodyHash: [UInt8], length: UInt64?, to writer: inout SignatureWriter) {
    writer.tag("v", "1")
    writer.tag("a", SigningAlgorithm(request.key.type).rawValue)
    writer.tag("c", request.canonicalization.description)
    writer.tag("d", request.domain.asciiText)
    writer.tag("s", request.selector.asciiText)
    writer.tag("t", String(time.seconds))
    if let expiration { writer.tag("x", String(expiration)) }
    if let identity = request.identity { writer.tag("i", Self.encoded(identity)) }
    // Without a hash, verifiers ignore the tags.
    if let atps = request.atps, let hash = atps.hash {
      writer.tag("atpsh", hash.rawValue)
      writer.tag("atps", atps.author.asciiText)
    }
    for tag in request.extensionTags { writer.tag(extension: tag.name, tag.value) }
    if request.requestsReports { writer.tag("r", "y") }
    writer.tag("bh", Base64.encode(bodyHash))
    if let length { writer.tag("l", String(length)) }
    writer.names(names)
    if !copies.isEmpty { writer.copies(copies) }
  }

  /// The largest number with 12 digits. // RFC 6376 §3.5
  private static let lastTime: UInt64 = 999_999_999_999

  /// Returns the value of `x=`, which must be later than `t=`; neither may have more than 12 digits. // RFC 6376 §3.5
  private static func expiration(_ lifetime: Duration?, from time: Timestamp) throws(SigningError) -> UInt64? {
    guard time.seconds <= lastTime else { throw .timeTooLate(time) }
    guard let lifetime else { return nil }
    let (end, overflow) = time.seconds.addingReportingOverflow(lifetime.wholeSeconds)
    let expiration = min(overflow ? .max : end, lastTime)
    guard expiration > time.seconds else { throw .noLifetime }
    return expiration
  }

  /// Returns true if fields with that name are signed. From always is; DKIM-Signature never is, because a signature
  /// cannot cover itself. // RFC 6376 §5.4
  private static func isSigned(_ name: Span<UInt8>, _ hash: UInt64, _ request: SigningRequest) -> Bool {
    if Bytes.equal(name, ignoringCase: "from") { return true }
    if Bytes.equal(name, ignoringCase: "dkim-signature") { return false }
    // A name with ";" would end the tag; "|" and "=" are harmless.
    for i in name.indices where name[i] == UInt8(ascii: ";") { return false }
    return request.signedHeaders.contains(name, hash: hash)
  }

  /// Encodes the identity. Everything except plain ASCII is encoded, which both old and new verifiers understand; so is
  /// everything that is not allowed in an unquoted local part. // RFC 6376 §2.11, §3.5, RFC 5321 §4.1.2
  private static func encoded(_ identity: Identity) -> String {
    let bytes = Array(identity.localPart.utf8)
    let special = LocalPart.isQuotedString(bytes) ? [] : bytes.filter { !LocalPart.isDotString([$0]) }
    let localPart = QuotedPrintable.encode(bytes, alsoEncoding: special)
    return String(decoding: localPart, as: UTF8.self) + "@" + identity.domain.asciiText
  }

  /// Returns a copy of a field and a "|": sig-z-tag-copy = hdr-name [FWS] ":" qp-hdr-value; "|" and ":" in the value are
  /// encoded.
  private static func copy(of field: Int, in header: MessageHeader) -> [UInt8] {
    let name = Bytes.array(header.bytes.span.extracting(header.nameRange(of: field)))
    return QuotedPrintable.encode(name, alsoEncoding: [UInt8(ascii: "|")]) + [UInt8(ascii: ":")]
      + QuotedPrintable.encode(header.value(of: field), alsoEncoding: [UInt8(ascii: "|"), UInt8(ascii: ":")])
      + [UInt8(ascii: "|")]
  }
}
