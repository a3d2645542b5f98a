/// A private key that is used outside this process, for example by a hardware module (PKCS #11), a key management service
/// or an agent.
///
/// Pass it to ``SigningRequest/init(domain:selector:externalKey:oversignedHeaders:identity:lifetime:)``, and sign with
/// ``Signer/signWithExternalKeys(_:at:)`` or ``SigningSession/finishBody()``.
public protocol ExternalSigningKey: Sendable {
  /// The type of the key.
  var type: KeyType { get }

  /// The contents of the `p=` tag of the key record: SubjectPublicKeyInfo in DER for RSA, 32 bytes for Ed25519.
  /// Signatures are verified with it before they are used. // RFC 6376 §3.6.1, RFC 8463 §4.2
  var publicKey: [UInt8] { get }

  /// Signs a SHA-256 digest, which has 32 bytes.
  ///
  /// - RSA: RSASSA-PKCS1-v1_5 with SHA-256 over the digest, which must not be hashed again: the DigestInfo for SHA-256
  ///   that contains the digest is padded and encrypted. PKCS #11 calls this CKM_RSA_PKCS (with the DigestInfo as input),
  ///   OpenSSL `pkeyutl -sign -pkeyopt digest:sha256`. The signature is as long as the modulus. // RFC 8017 §8.2
  /// - Ed25519: PureEdDSA with the 32 bytes as the message. The signature has 64 bytes. // RFC 8463 §3
  ///
  /// Only ``PendingSignatures/finishWithExternalKeys()`` calls it.
  func sign(digest: [UInt8]) async throws -> [UInt8]
}
