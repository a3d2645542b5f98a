/// A signature whose header fields are chosen and hashed, waiting for the body. // RFC 6376 §5.4, §5.5
struct PreparedSignature {
  let request: SigningRequest
  let time: Timestamp
  /// The names that go into `h=`, as the message spells them.
  private let names: [[UInt8]]
  private let copies: [[UInt8]]
  private let hash: HeaderHash

  /// Names an `h=` may have; verifiers do not take more.
  private static let maximumNames = 1000

  init(_ request: SigningRequest, header: MessageHeader, index: FieldIndex, time: Timestamp) throws(SigningError) {
    self.request = request
    self.time = time
    try Self.check(request)
    var names: [[UInt8]] = []
    for field in header.fields.indices {
      let name = header.octets.span.extracting(header.nameRange(of: field))
      guard !name.isEmpty, Self.isSigned(name, request) else { continue }
      names.append(Octets.array(name))
    }
    names += request.oversignedHeaders.map { Array($0.utf8) }
    guard names.count <= Self.maximumNames else {
      throw .tooManyHeaderNames(count: names.count, limit: Self.maximumNames)
    }
    var index = index
    var hash = HeaderHash(request.canonicalization.header)
    var copies: [[UInt8]] = []
    for name in names {
      guard let field = index.take(name.span, from: header) else { continue }
      hash.append(field: field, of: header)
      if request.copiesHeaders { copies.append(Self.copy(of: field, in: header)) }
    }
    self.names = names
    self.copies = copies
    self.hash = hash
  }

  /// Signs, now that the body is known.
  consuming func sign(_ body: BodyHasher.Result) throws(SigningError) -> SignatureField {
    if let length = request.bodyLength, length > body.canonicalOctets {
      throw .bodyTooShort(signed: length, actual: body.canonicalOctets)
    }
    var writer = SignatureWriter()
    writeTags(bodyHash: body.digest, to: &writer)
    writer.beginSignature()
    let name = Array(SignatureField.name.utf8)
    // What is hashed is what will be sent, but for the value of b=.
    let digest = hash.finish(
      signatureField: name + [UInt8(ascii: ":")] + writer.value, nameEnd: name.count, valueStart: name.count + 1)
    do {
      writer.signature(Base64.encodedOctets(try request.key.sign(digest: digest)))
    } catch {
      throw .key(error)
    }
    return SignatureField(value: writer.value)
  }

  private func writeTags(bodyHash: [UInt8], to writer: inout SignatureWriter) {
    writer.tag("v", "1")
    writer.tag("a", SigningAlgorithm(request.key.type).rawValue)
    writer.tag("c", request.canonicalization.description)
    writer.tag("d", request.domain.text)
    writer.tag("s", request.selector.text)
    writer.tag("t", String(time.seconds))
    if let lifetime = request.lifetime {
      let (end, overflow) = time.seconds.addingReportingOverflow(lifetime)
      writer.tag("x", String(min(overflow ? .max : end, Self.lastTime)))
    }
    if let identity = request.identity { writer.tag("i", Self.encoded(identity)) }
    writer.tag("bh", Base64.encode(bodyHash))
    if let length = request.bodyLength { writer.tag("l", String(length)) }
    writer.list("h", Self.joined(names, separator: UInt8(ascii: ":")))
    if !copies.isEmpty { writer.list("z", Self.joined(copies, separator: UInt8(ascii: "|"))) }
  }

  /// The largest number of 12 digits. // RFC 6376 §3.5
  private static let lastTime: UInt64 = 999_999_999_999

  private static func check(_ request: SigningRequest) throws(SigningError) {
    if let identity = request.identity, !identity.domain.isWithin(request.domain) {
      throw .identityOutsideDomain(identity: identity.description, domain: request.domain.text)
    }
    guard KeyQuery(domain: request.domain, selector: request.selector) != nil else {
      throw .queryNameTooLong(selector: request.selector.text, domain: request.domain.text)
    }
  }

  /// From has to be signed; a signature field never is (it could not be its own part). // RFC 6376 §5.4
  private static func isSigned(_ name: Span<UInt8>, _ request: SigningRequest) -> Bool {
    if Octets.equal(name, ignoringCase: "from") { return true }
    if Octets.equal(name, ignoringCase: "dkim-signature") { return false }
    // A name with ";" would end the tag, one with "|" or "=" is safe.
    for i in name.indices where name[i] == UInt8(ascii: ";") { return false }
    return request.signedHeaders.contains(name)
  }

  /// Octets beyond ASCII stay as they are in internationalized mail. // RFC 8616 §4
  private static func encoded(_ identity: Identity) -> String {
    let ascii = identity.localPart.utf8.allSatisfy { $0 < 0x80 }
    let encoded = ascii ? QuotedPrintable.encode(Array(identity.localPart.utf8)) : encodedKeepingUTF8(identity)
    return String(decoding: encoded, as: UTF8.self) + "@" + identity.domain.text
  }

  private static func encodedKeepingUTF8(_ identity: Identity) -> [UInt8] {
    identity.localPart.utf8.flatMap { $0 < 0x80 ? QuotedPrintable.encode([$0]) : [$0] }
  }

  /// sig-z-tag-copy = hdr-name [FWS] ":" qp-hdr-value; "|" and ":" are encoded in the value.
  private static func copy(of field: Int, in header: MessageHeader) -> [UInt8] {
    let name = Octets.array(header.octets.span.extracting(header.nameRange(of: field)))
    return QuotedPrintable.encode(name, alsoEncoding: [UInt8(ascii: "|")]) + [UInt8(ascii: ":")]
      + QuotedPrintable.encode(header.value(of: field), alsoEncoding: [UInt8(ascii: "|"), UInt8(ascii: ":")])
  }

  private static func joined(_ elements: [[UInt8]], separator: UInt8) -> [[UInt8]] {
    elements.enumerated().map { $0.offset < elements.count - 1 ? $0.element + [separator] : $0.element }
  }
}
