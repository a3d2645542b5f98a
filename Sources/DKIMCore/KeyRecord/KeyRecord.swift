/// The TXT record of a public key, parsed. // RFC 6376 §3.6.1
///
/// Nothing of it can change, so that messages share what was parsed once.
public final class KeyRecord: Sendable {
  /// `k=`, rsa where it is absent.
  public let keyType: KeyType
  /// `h=`: the hash algorithms that may be used; `nil` allows all.
  public let hashAlgorithms: [String]?
  /// `s=`: the services the key is for; `nil` means all.
  public let services: [String]?
  /// `t=`: `y` (the domain is testing), `s` (no subdomains in `i=`), and whatever else it holds.
  public let flags: [String]
  /// `n=`: a note for people, decoded.
  public let notes: String?
  /// Size of the key: bits of the RSA modulus, 256 for Ed25519.
  public let keyBits: Int

  let key: VerificationKey

  /// `t=y`: the domain is trying DKIM out.
  public var isTesting: Bool { flags.contains("y") }
  /// `t=s`: `i=` has to be the very domain of `d=`.
  public var isStrict: Bool { flags.contains("s") }
  /// `s=` absent, or with `*` or `email`.
  public var servesEmail: Bool { services?.contains { $0 == "*" || $0 == "email" } ?? true }
  /// `h=` absent, or with sha256.
  public var allowsSHA256: Bool { hashAlgorithms?.contains("sha256") ?? true }

  /// - Parameter octets: the character-strings of one TXT record, joined. // RFC 6376 §3.6.2.2
  /// - Throws: ``KeyRecordError``, which names the tag and what was wrong with it.
  public init(_ octets: [UInt8]) throws(KeyRecordError) {
    let parser = try KeyRecordParser(octets)
    try parser.checkVersion()
    let keyData = try parser.keyData()
    keyType = try parser.keyType()
    hashAlgorithms = try parser.words("h")
    services = try parser.words("s")
    flags = try parser.words("t", mayBeEmpty: true) ?? []
    notes = parser.notes()
    key = try parser.key(keyType, keyData)
    keyBits = key.bits
  }
}

/// Why a TXT record is no key that can be used. // RFC 6376 §6.1.2
public enum KeyRecordError: Error, Sendable, Hashable {
  /// The record is longer than is worth the work, in octets.
  case tooLong(length: Int, limit: Int)
  /// Not a list of tags.
  case tagList(TagListError)
  /// `v=` is not the first tag.
  case versionNotFirst
  /// `v=` is something else than DKIM1.
  case incompatibleVersion(String)
  /// There is no `p=`.
  case keyMissing
  /// `p=` is empty: the key was withdrawn.
  case revoked
  /// `k=` names a type that is not known.
  case unknownKeyType(String)
  /// A tag with an empty value, or an element that is no word.
  case badValue(tag: String, found: String)
  /// `p=` is not base64.
  case notBase64
  /// The octets of `p=` are no key.
  case badKey(PublicKeyError)
}

extension KeyRecordError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLong(let length, let limit): "the record is \(length) octets long; \(limit) is the limit"
    case .tagList(let error): "key syntax error: \(error)"
    case .versionNotFirst: "key syntax error: v= is there, but not as the first tag"
    case .incompatibleVersion(let found): "incompatible version: v=\(found), where DKIM1 is the only one"
    case .keyMissing: "key syntax error: there is no p= tag"
    case .revoked: "key revoked: p= is empty"
    case .unknownKeyType(let found): "unknown key type k=\(found)"
    case .badValue(let tag, let found): "key syntax error: \(tag)=\(found)"
    case .notBase64: "key syntax error: p= is not base64"
    case .badKey(let error): "\(error)"
    }
  }
}
