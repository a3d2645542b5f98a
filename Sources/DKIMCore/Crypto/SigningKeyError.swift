/// The reason why data cannot be used as a signing key: what was found, and what is expected.
public enum SigningKeyError: Error, Sendable, Hashable {
  /// Only white space.
  case empty
  /// Neither a PEM block nor base64.
  case notAKey
  /// Base64 of something other than a DER private key or 32 bytes; `bytes` is its length.
  case notASeed(bytes: Int)
  /// The key is truncated.
  case truncated
  /// The contents of a PEM block are not base64.
  case badBase64
  /// The DER encoding of the key is invalid.
  case malformed(DERError)
  /// The key is encrypted.
  case encrypted
  /// The data is a public key.
  case publicKey
  /// The data is a certificate.
  case certificate
  /// A PEM block that does not contain a key, identified by its label.
  case otherBlock(label: String)
  /// A private key in OpenSSH format; its type is not known.
  case openSSH
  /// A private key of a type that DKIM does not use, identified by name ("EC", "DSA", "RSA-PSS").
  case wrongType(String)
  /// An RSA key with fewer than 1024 bits. // RFC 8301 §3.2
  case tooSmall(bits: Int)
  /// An RSA key with more than `limit` bits.
  case tooLarge(bits: Int, limit: Int)
  /// The RSA modulus or the public exponent is invalid, so that no one could verify signatures of the key.
  case invalidPublicNumbers(PublicKeyError)
  /// The parts of the key do not belong together: its signatures do not verify.
  case inconsistent
  /// The cryptographic library failed; the text is the library's.
  case library(String)
}

extension SigningKeyError: CustomStringConvertible {
  public var description: String {
    let expected = "an RSA or Ed25519 private key is needed"
    return switch self {
    case .empty: "the key is empty; \(expected)"
    case .notAKey: "no key was found; \(expected), as PEM (\"-----BEGIN PRIVATE KEY-----\") or base64"
    case .notASeed(let bytes):
      "base64 of \(bytes) bytes was found; \(expected), in base64 as DER or as the 32 bytes of an Ed25519 key"
    case .truncated: "the private key is truncated; the complete key is needed"
    case .badBase64: "the PEM block contains characters that are not base64; a complete private key is needed"
    case .malformed(let error): "the private key is damaged: \(error); a complete private key is needed"
    case .encrypted: "the private key is encrypted; it must be readable without a passphrase"
    case .publicKey: "this is a public key; \(expected)"
    case .certificate: "this is a certificate; \(expected)"
    case .otherBlock(let label): "a PEM block of type \"\(label)\" was found; \(expected)"
    case .openSSH: "the private key is in OpenSSH format; PEM is needed"
    case .wrongType(let name): "the private key has type \(name); \(expected)"
    case .tooSmall(let bits):
      "the RSA key has \(bits) bits; signing needs at least 1024, and 2048 is recommended"
    case .tooLarge(let bits, let limit):
      "the RSA key has \(bits) bits; the limit is \(limit), and 2048 is recommended"
    case .invalidPublicNumbers(let error): "the private key is damaged: \(error); a complete key is needed"
    case .inconsistent:
      "the parts of the private key do not belong together, so its signatures could not be verified; "
        + "a complete key is needed"
    case .library(let words): "OpenSSL cannot use the private key: \(words)"
    }
  }
}
