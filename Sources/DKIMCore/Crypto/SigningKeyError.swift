/// Why something is no key to sign with: what was found, what is expected, and how to fix it.
public enum SigningKeyError: Error, Sendable, Hashable {
  /// Nothing but white space.
  case empty
  /// Neither a PEM block nor base64.
  case notAKey
  /// Base64 of neither a DER private key nor 32 octets; `octets` is how many it holds.
  case notASeed(octets: Int)
  /// The key ends before its end.
  case truncated
  /// The text of a PEM block is not base64.
  case badBase64
  /// The DER of the key is wrong.
  case malformed(DERError)
  /// The key can be read only with a pass phrase.
  case encrypted
  case publicKey
  case certificate
  /// A PEM block that is not for keys, by its label.
  case otherBlock(label: String)
  /// A private key in the form of OpenSSH; what type it has is not known.
  case openSSH
  /// A private key that DKIM has no use for, by the name of its type ("EC", "DSA", "RSA-PSS").
  case wrongType(String)
  /// An RSA key below 1024 bits. // RFC 8301 §3.2
  case tooSmall(bits: Int)
  /// An RSA key of more than `limit` bits.
  case tooLarge(bits: Int, limit: Int)
  /// An RSA modulus or public exponent with which nobody can verify.
  case unfit(PublicKeyError)
  /// The parts of the key do not belong together: what it signs does not verify.
  case inconsistent
  /// The cryptographic library failed; its own words.
  case library(String)
}

extension SigningKeyError: CustomStringConvertible {
  public var description: String {
    let expected = "an RSA or Ed25519 private key is needed"
    let make = "make one with \"dkimtool genkey\""
    let copyAgain = "copy it again from where it was made"
    return switch self {
    case .empty: "the key is empty; \(expected): \(make), or give the right file"
    case .notAKey:
      "no key was found; \(expected), as PEM (\"-----BEGIN PRIVATE KEY-----\") or base64: "
        + "give the right file, or \(make)"
    case .notASeed(let octets):
      "base64 of \(octets) octets was found; \(expected): in base64 it is DER, or 32 octets for Ed25519; \(copyAgain)"
    case .truncated: "the private key ends too early; the whole of it is needed: \(copyAgain)"
    case .badBase64: "the PEM block has characters that are not base64; a whole private key is needed: \(copyAgain)"
    case .malformed(let error): "the private key is damaged: \(error); a whole private key is needed: \(copyAgain)"
    case .encrypted:
      "the private key is encrypted; it has to be readable without a pass phrase: "
        + "decrypt it with \"openssl pkey -in FILE -out NEWFILE\" and protect the new file by its mode"
    case .publicKey: "this is a public key; \(expected): give the file that was made along with it"
    case .certificate: "this is a certificate; \(expected): give the file of its private key, or \(make)"
    case .otherBlock(let label): "a PEM block \"\(label)\" was found; \(expected): \(make)"
    case .openSSH:
      "the private key is in the form of OpenSSH; PEM is needed: "
        + "convert an RSA key with \"ssh-keygen -p -m PEM -f FILE\", or \(make)"
    case .wrongType(let name): "the private key is of the type \(name); \(expected): \(make)"
    case .tooSmall(let bits):
      "the RSA key has \(bits) bits; signing needs at least 1024, and 2048 are advised: \(make) and publish it"
    case .tooLarge(let bits, let limit):
      "the RSA key has \(bits) bits; \(limit) is the limit, and 2048 are advised: \(make) and publish it"
    case .unfit(let error): "the private key is damaged: \(error); a whole one is needed: \(copyAgain), or \(make)"
    case .inconsistent:
      "the parts of the private key do not belong together, so nobody could verify its signatures; "
        + "a whole one is needed: \(copyAgain), or \(make)"
    case .library(let words): "OpenSSL failed with the private key: \(words)"
    }
  }
}
