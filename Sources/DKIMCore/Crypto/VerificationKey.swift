internal import COpenSSL

/// A public key from a `p=` tag, ready for verification. Any number of threads can use it at the same time.
final class VerificationKey: Sendable {
  /// Signatures by smaller RSA keys prove nothing; the caller rejects them. // RFC 8301 §3.2
  static let minimumRSABits = RSAPublicNumbers.minimumBits
  /// Larger RSA keys are rejected without further checks. // RFC 6376 §3.3.3
  static let maximumRSABits = RSAPublicNumbers.maximumBits

  let type: KeyType
  /// The exact size of the key in bits. RSA: the size of the modulus. Ed25519: 256.
  let bits: Int
  /// The public exponent of an RSA key.
  let exponent: UInt64?
  private let operation: Operation

  private enum Operation: Sendable {
    case rsa(RSAContext)
    case ed25519(KeyHandle)
  }

  /// Parses SubjectPublicKeyInfo or RSAPublicKey. // RFC 6376 §3.6.1
  ///
  /// Keys below ``minimumRSABits`` are accepted here; whether their signatures count is a matter of policy.
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

  /// Creates a key from its 32 bytes. // RFC 8463 §4.2
  init(ed25519 bytes: Span<UInt8>) throws(PublicKeyError) {
    guard bytes.count == Ed25519.keyLength else { throw .ed25519Length(bytes.count) }
    guard Ed25519Point.isCanonicalAndNotSmallOrder(bytes) else { throw .weakEd25519Point }
    guard let key = Ed25519.publicKey(bytes) else { throw .refused(OpenSSL.lastError()) }
    type = .ed25519
    bits = 256
    exponent = nil
    operation = .ed25519(key)
  }

  /// The length of all signatures by this key in bytes.
  var signatureLength: Int { type == .rsa ? (bits + 7) / 8 : Ed25519.signatureLength }

  /// Returns true if this key made the signature over the SHA-256 digest. // RFC 6376 §6.1.3
  func verify(signature: [UInt8], digest: [UInt8]) -> Bool {
    guard digest.count == Digest.length, signature.count == signatureLength else { return false }
    let valid =
      switch operation {
      case .rsa(let context): context.verify(signature: signature, digest: digest)
      case .ed25519(let key): Ed25519.verify(signature: signature, digest: digest, with: key)
      }
    if !valid { ERR_clear_error() }
    return valid
  }
}
