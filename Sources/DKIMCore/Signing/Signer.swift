/// Signs messages with any number of keys in a single pass over the body.
///
///     let key = try SigningKey(contentsOfTheKeyFile)
///     let signer = Signer([try SigningRequest(domain: domain, selector: selector, key: key)])
///     let fields = try signer.sign(message, at: now)
///     let signed = fields.flatMap(\.bytes) + message
public struct Signer: Sendable {
  private let requests: [SigningRequest]
  private let headerLimits: MessageHeader.Limits

  /// Creates a signer.
  /// - Parameters:
  ///   - requests: one request per signature; the resulting fields are in the same order.
  ///   - headerLimits: the maximum size of the header section.
  public init(_ requests: [SigningRequest], headerLimits: MessageHeader.Limits = .init()) {
    self.requests = requests
    self.headerLimits = headerLimits
  }

  /// Signs a whole message with CRLF line endings. All keys must be in the memory of this process.
  /// - Parameters:
  ///   - message: the message, byte for byte as it will be sent.
  ///   - time: the time of signing, for `t=`.
  /// - Returns: the fields in the order of the requests, to be added at the top of the message.
  public func sign(_ message: [UInt8], at time: Timestamp) throws(SigningError) -> [SignatureField] {
    try finishBody(message, at: time).finish()
  }

  /// Signs a whole message like ``sign(_:at:)``, with keys of both kinds.
  public func signWithExternalKeys(
    _ message: [UInt8], at time: Timestamp
  ) async throws(SigningError) -> [SignatureField] {
    try await finishBody(message, at: time).finishWithExternalKeys()
  }

  private func finishBody(_ message: [UInt8], at time: Timestamp) throws(SigningError) -> PendingSignatures {
    guard !message.isEmpty else { throw .emptyMessage }
    let message = ParsedMessage(message, limits: headerLimits)
    var session = try begin(message.header, at: time)
    session.update(body: message.body.span)
    return try session.finishBody()
  }

  /// Starts signing a message whose header is complete; the body follows in chunks.
  /// - Parameters:
  ///   - header: the complete header.
  ///   - time: the time of signing, for `t=`.
  public func begin(_ header: consuming MessageHeader, at time: Timestamp) throws(SigningError) -> SigningSession {
    try SigningSession(header, requests: requests, time: time)
  }
}

/// A message that is being signed: the header is complete, the body arrives in chunks.
public struct SigningSession: ~Copyable, Sendable {
  private var signatures: [(prepared: PreparedSignature, hasher: Int)]
  private let hashers: [BodyHasher]

  init(_ header: MessageHeader, requests: [SigningRequest], time: Timestamp) throws(SigningError) {
    (signatures, hashers) = try Self.prepare(header, requests, time)
  }

  /// Processes the next part of the body, in chunks of any size.
  public mutating func update(body: Span<UInt8>) {
    for hasher in hashers { hasher.update(body) }
  }

  /// Adds a tag of an extension to all signatures; see ``SigningRequest/addExtensionTag(_:_:)``.
  /// - Returns: the number of signatures that it was added to.
  package mutating func addExtensionTag(_ name: String, _ value: String) -> Int {
    signatures.indices.count { signatures[$0].prepared.addExtensionTag(name, value) }
  }

  /// Signs the message with keys in the memory of this process. Returns one field per request, in the same order, to be
  /// added at the top of the message.
  public consuming func finish() throws(SigningError) -> [SignatureField] {
    try finishBody().finish()
  }

  /// Ends the body. The returned value lists what external keys have to sign, and takes their signatures.
  public consuming func finishBody() throws(SigningError) -> PendingSignatures {
    let bodies = hashers.map { $0.finish() }
    var fields: [UnsignedField] = []
    for signature in signatures { fields.append(try signature.prepared.finish(bodies[signature.hasher])) }
    return PendingSignatures(fields)
  }

  /// Selects and hashes the header fields and creates one hasher for each distinct body canonicalization and `l=`.
  private static func prepare(
    _ header: MessageHeader, _ requests: [SigningRequest], _ time: Timestamp
  ) throws(SigningError) -> ([(prepared: PreparedSignature, hasher: Int)], [BodyHasher]) {
    guard !requests.isEmpty else { throw .noRequests }
    if let excess = header.excess { throw .header(excess) }
    // A From field hidden inside another field cannot be signed and cannot name the author.
    guard header.hasFrom else { throw .noFrom }
    let from = header.fromCount(header.defects)
    guard from == 1 else { throw .severalFrom(count: from) }
    let index = FieldIndex(header)
    var hashers: [BodyHasher] = []
    var signatures: [(prepared: PreparedSignature, hasher: Int)] = []
    for request in requests {
      let prepared = try PreparedSignature(request, header: header, index: index, time: time)
      let algorithm = request.canonicalization.body
      let limit = request.bodyLength?.hashed
      let known = hashers.firstIndex { $0.algorithm == algorithm && $0.limit == limit }
      if known == nil { hashers.append(BodyHasher(algorithm, limit: limit)) }
      signatures.append((prepared, known ?? hashers.count - 1))
    }
    return (signatures, hashers)
  }
}
