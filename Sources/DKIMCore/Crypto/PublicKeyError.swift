/// Why the octets of a `p=` tag are no key to verify with. // RFC 6376 §6.1.2
///
/// All of it is known before any public-key work is done.
public enum PublicKeyError: Error, Sendable, Hashable {
  /// Neither SubjectPublicKeyInfo nor RSAPublicKey.
  case malformed(DERError)
  /// A key for another algorithm than the record says, by its name ("Ed25519", "EC") or its identifier.
  case wrongAlgorithm(String)
  /// Somebody published a private key.
  case privateKey
  /// An RSA modulus that is zero or negative.
  case modulusNotPositive
  /// An RSA modulus that is even, so no product of two large primes.
  case modulusEven
  /// An RSA exponent that is even, zero, negative or 1. // RFC 8017 §3.1
  case exponentUnfit
  /// An RSA exponent of more than 64 bits. // RFC 6376 §8.13
  case exponentTooLarge(bits: Int)
  /// An RSA modulus of more bits than are worth the work. // RFC 6376 §3.3.3
  case tooLarge(bits: Int, limit: Int)
  /// An Ed25519 key that is not 32 octets long. // RFC 8463 §4.2
  case ed25519Length(Int)
  /// An Ed25519 key that is no point of the curve in its one encoding, or one of the eight points whose
  /// signatures anybody can make. // RFC 8032 §5.1.3, §8.4
  case ed25519Unfit
  /// The cryptographic library refuses the key; its own words.
  case refused(String)
}

extension PublicKeyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let error): "the public key cannot be read: \(error)"
    case .wrongAlgorithm(let name): "the public key is of the type \(name), not RSA"
    case .privateKey: "what is published as the public key is a private key; it must be replaced at once"
    case .modulusNotPositive: "the modulus of the RSA key is not positive"
    case .modulusEven: "the modulus of the RSA key is even"
    case .exponentUnfit: "the public exponent of the RSA key is not an odd number above 1"
    case .exponentTooLarge(let bits): "the public exponent of the RSA key has \(bits) bits; 64 is the limit"
    case .tooLarge(let bits, let limit): "the RSA key has \(bits) bits; \(limit) is the limit"
    case .ed25519Length(let length): "the Ed25519 key is \(length) octets long instead of 32"
    case .ed25519Unfit: "the Ed25519 key is a point with which anybody can make signatures, or none at all"
    case .refused(let words): "the public key cannot be used: \(words)"
    }
  }
}
