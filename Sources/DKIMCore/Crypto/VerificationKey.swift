internal import COpenSSL

/// A public key as a `p=` tag carries it, ready to verify with. Any number of threads may use it at once.
final class VerificationKey: Sendable {
  /// Signatures by smaller RSA keys prove nothing; the caller refuses them. // RFC 8301 §3.2
  static let minimumRSABits = RSAPublicNumbers.minimumBits
  /// Larger RSA keys are refused unread. // RFC 6376 §3.3.3
  static let maximumRSABits = RSAPublicNumbers.maximumBits

  let type: KeyType
  /// RSA: the size of the modulus, where 1023 is 1023. Ed25519: 256.
  let bits: Int
  /// The public exponent of an RSA key.
  let exponent: UInt64?
  private let operation: Operation

  private enum Operation: Sendable {
    case rsa(RSAContext)
    case ed25519(KeyHandle)
  }

  /// Reads SubjectPublicKeyInfo or RSAPublicKey. // RFC 6376 §3.6.1
  ///
  /// Takes keys below ``minimumRSABits``: whether they count is a matter of policy.
  init(rsa der: Span<UInt8>) throws(PublicKeyError) {
    let numbers = try RSAPublicNumbers(der: der)
    guard let key = RSAKeyBuilder.key([numbers.modulus, numbers.exponentInteger], in: der),
      let context = RSAContext(key, for: .verifying)
    else { throw .refused(OpenSSL.lastError()) }
    type = .rsa
    bits = numbers.bits
    exponent = numbers.exponent
    operation = .rsa(context)
  }

  /// Takes the 32 octets as they are. // RFC 8463 §4.2
  init(ed25519 octets: Span<UInt8>) throws(PublicKeyError) {
    guard octets.count == Ed25519.keyLength else { throw .ed25519Length(octets.count) }
    guard Ed25519Point.isFit(octets) else { throw .ed25519Unfit }
    guard let key = Ed25519.publicKey(octets) else { throw .refused(OpenSSL.lastError()) }
    type = .ed25519
    bits = 256
    exponent = nil
    operation = .ed25519(key)
  }

  /// True where the signature is by this key over the SHA-256 digest. // RFC 6376 §6.1.3
  func verify(signature: [UInt8], digest: [UInt8]) -> Bool {
    guard digest.count == Digest.length else { return false }
    let valid: Bool
    switch operation {
    case .rsa(let context):
      guard signature.count == (bits + 7) / 8 else { return false }
      valid = context.verify(signature: signature, digest: digest)
    case .ed25519(let key):
      guard signature.count == Ed25519.signatureLength else { return false }
      valid = Ed25519.verify(signature: signature, digest: digest, with: key)
    }
    if !valid { ERR_clear_error() }
    return valid
  }
}
