/// The signatures of a message whose header and body are complete; those of external keys have yet to be supplied.
///
/// The value does no I/O: ``digests`` lists what external keys have to sign, and ``supply(_:for:)`` takes the signatures.
public struct PendingSignatures: Sendable {
  /// A digest that an external key has to sign.
  public struct Digest: Sendable {
    /// The key.
    public let key: any ExternalSigningKey
    /// The 32 bytes to sign; ``ExternalSigningKey/sign(digest:)`` describes how.
    public let bytes: [UInt8]
    fileprivate let number: Int
  }

  private let fields: [UnsignedField]
  /// The signatures by external keys.
  private var signatures: [[UInt8]?]

  init(_ fields: [UnsignedField]) {
    self.fields = fields
    signatures = Array(repeating: nil, count: fields.count)
  }

  /// The digests that external keys have yet to sign; empty if all keys are in the memory of this process.
  public var digests: [Digest] {
    fields.indices.compactMap { i in
      guard signatures[i] == nil, case .external(let key) = fields[i].request.key else { return nil }
      return Digest(key: key, bytes: fields[i].digest, number: i)
    }
  }

  /// Supplies the signature for one of ``digests``; one for a digest of another message is ignored.
  /// - Throws: ``SigningError/externalKey(selector:domain:_:)`` if the signature has the wrong length or does not verify.
  public mutating func supply(_ signature: [UInt8], for digest: Digest) throws(SigningError) {
    guard fields.indices.contains(digest.number), fields[digest.number].digest == digest.bytes else { return }
    let field = fields[digest.number]
    guard let publicKey = field.request.externalPublicKey else { return }
    guard signature.count == publicKey.signatureLength else {
      throw field.failure(.wrongLength(signature.count, expected: publicKey.signatureLength))
    }
    guard publicKey.verify(signature: signature, digest: field.digest) else { throw field.failure(.badSignature) }
    signatures[digest.number] = signature
  }

  /// Signs with the keys in the memory of this process. Returns one field per request, in the same order, to be added at
  /// the top of the message.
  /// - Throws: ``SigningError``, also if the signature of an external key was not supplied.
  public consuming func finish() throws(SigningError) -> [SignatureField] {
    var finished: [SignatureField] = []
    for (field, signature) in zip(fields, signatures) { finished.append(try field.finish(signature)) }
    return finished
  }

  /// Signs with all keys, the external ones at the same time, and returns the fields like ``finish()``.
  public consuming func finishWithExternalKeys() async throws(SigningError) -> [SignatureField] {
    for (digest, result) in await Self.sign(digests) {
      switch result {
      case .success(let signature): try supply(signature, for: digest)
      case .failure(let failure): throw fields[digest.number].failure(failure)
      }
    }
    return try finish()
  }

  private static func sign(_ digests: [Digest]) async -> [(Digest, Result<[UInt8], ExternalKeyFailure>)] {
    await withTaskGroup(of: (Digest, Result<[UInt8], ExternalKeyFailure>).self) { group in
      for digest in digests {
        group.addTask {
          do { return (digest, .success(try await digest.key.sign(digest: digest.bytes))) } catch {
            return (digest, .failure(.failed("\(error)")))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}

/// A DKIM-Signature field that is complete except for the value of `b=`.
struct UnsignedField: Sendable {
  let request: SigningRequest
  let writer: SignatureWriter
  /// The SHA-256 digest to sign.
  let digest: [UInt8]

  /// Appends the signature. A key in the memory of this process makes it now.
  func finish(_ supplied: [UInt8]?) throws(SigningError) -> SignatureField {
    let signature: [UInt8]
    switch request.key {
    case .local(let key): do { signature = try key.sign(digest: digest) } catch { throw .key(error) }
    case .external:
      guard let supplied else { throw failure(.missing) }
      signature = supplied
    }
    var writer = writer
    writer.signature(Base64.encodedBytes(signature))
    return SignatureField(value: writer.value)
  }

  func failure(_ failure: ExternalKeyFailure) -> SigningError {
    .externalKey(selector: request.selector.text, domain: request.domain.text, failure)
  }
}
