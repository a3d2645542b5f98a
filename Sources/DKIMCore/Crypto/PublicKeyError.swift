/// The reason why the contents of a `p=` tag are not a usable key. // RFC 6376 §6.1.2
///
/// All of these checks are made before any public-key operation.
public enum PublicKeyError: Error, Sendable, Hashable {
  /// The data is neither SubjectPublicKeyInfo nor RSAPublicKey.
  case malformed(DERError)
  /// A key for a different algorithm than the record states, identified by name ("Ed25519", "EC") or object identifier.
  case wrongAlgorithm(String)
  /// A private key was published by mistake.
  case privateKey
  /// An RSA modulus that is zero or negative.
  case modulusNotPositive
  /// An RSA modulus that is even and so is not the product of two large primes.
  case modulusEven
  /// An RSA exponent that is even, zero, negative or 1. // RFC 8017 §3.1
  case unsupportedExponent
  /// An RSA exponent of more than 64 bits. // RFC 6376 §8.13
  case exponentTooLarge(bits: Int)
  /// An RSA modulus that is larger than the limit. // RFC 6376 §3.3.3
  case tooLarge(bits: Int, limit: Int)
  /// An Ed25519 key that is not 32 bytes long. // RFC 8463 §4.2
  case ed25519Length(Int)
  /// An Ed25519 key that is not the canonical encoding of a curve point, or is one of the eight points for which anyone
  /// can forge signatures. // RFC 8032 §5.1.3, §8.4
  case weakEd25519Point
  /// The cryptographic library rejected the key; the text is the library's.
  case refused(String)
}

extension PublicKeyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let error): "the public key cannot be read: \(error)"
    case .wrongAlgorithm(let name): "the public key has type \(name), not RSA"
    case .privateKey: "a private key is published in place of the public key; replace the key immediately"
    case .modulusNotPositive: "the modulus of the RSA key is not positive"
    case .modulusEven: "the modulus of the RSA key is even"
    case .unsupportedExponent: "the public exponent of the RSA key is not an odd number above 1"
    case .exponentTooLarge(let bits): "the public exponent of the RSA key has \(bits) bits; the limit is 64"
    case .tooLarge(let bits, let limit): "the RSA key has \(bits) bits; the limit is \(limit)"
    case .ed25519Length(let length): "the Ed25519 key is \(length) bytes long, not 32"
    case .weakEd25519Point:
      "the Ed25519 key is not a valid curve point, or is one for which anyone can forge signatures"
    case .refused(let words): "the public key cannot be used: \(words)"
    }
  }
}
