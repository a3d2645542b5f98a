/// The parsed TXT record of a public key. // RFC 6376 §3.6.1
///
/// Records are immutable, so that messages can share a parsed record.
public final class KeyRecord: Sendable {
  /// `k=`: the key type; rsa if the tag is absent.
  public let keyType: KeyType
  /// `h=`: the hash algorithms that may be used; `nil` allows all.
  public let hashAlgorithms: [String]?
  /// `s=`: the services the key is for; `nil` means all.
  public let services: [String]?
  /// `t=`: `y` (the domain is testing DKIM), `s` (no subdomains in `i=`), and any other flags.
  public let flags: [String]
  /// `n=`: a note for people, decoded.
  public let notes: String?
  /// The size of the key in bits: that of the RSA modulus, or 256 for Ed25519.
  public let keyBits: Int

  let key: VerificationKey
  /// The unchanged record.
  let bytes: [UInt8]

  /// `t=y`: the domain is testing DKIM.
  public var isTesting: Bool { flags.contains("y") }
  /// `t=s`: the domain of `i=` must be the same as `d=`.
  public var isStrict: Bool { flags.contains("s") }
  /// True if `s=` is absent or includes `*` or `email`.
  public var servesEmail: Bool { services?.contains { $0 == "*" || $0 == "email" } ?? true }
  /// True if `h=` is absent or includes sha256.
  public var allowsSHA256: Bool { hashAlgorithms?.contains("sha256") ?? true }

  /// Parses a key record.
  /// - Parameter bytes: the concatenated character-strings of one TXT record. // RFC 6376 §3.6.2.2
  /// - Throws: ``KeyRecordError``, which identifies the tag and the problem.
  public init(_ bytes: [UInt8]) throws(KeyRecordError) {
    let parser = try KeyRecordParser(bytes)
    try parser.checkVersion()
    let keyData = try parser.keyData()
    keyType = try parser.keyType()
    hashAlgorithms = try parser.words("h")
    services = try parser.words("s")
    flags = try parser.words("t", mayBeEmpty: true) ?? []
    notes = parser.notes()
    key = try parser.key(keyType, keyData)
    keyBits = key.bits
    self.bytes = bytes
  }
}

extension KeyRecord: Hashable {
  /// Two records are equal if they have the same text.
  public static func == (one: KeyRecord, other: KeyRecord) -> Bool { one === other || one.bytes == other.bytes }

  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// The reason why a TXT record is not a usable key. // RFC 6376 §6.1.2
public enum KeyRecordError: Error, Sendable, Hashable {
  /// The record is longer than the limit; both are in bytes.
  case tooLong(length: Int, limit: Int)
  /// Not a list of tags.
  case tagList(TagListError)
  /// `v=` is not the first tag.
  case versionNotFirst
  /// `v=` is something other than DKIM1.
  case incompatibleVersion(String)
  /// `p=` is missing.
  case keyMissing
  /// `p=` is empty: the key was revoked.
  case revoked
  /// `k=` specifies an unknown key type.
  case unknownKeyType(String)
  /// A tag with an empty value, or a list element that is not a valid word.
  case badValue(tag: String, found: String)
  /// `p=` is not base64.
  case notBase64
  /// The contents of `p=` are not a usable key.
  case badKey(PublicKeyError)
}

extension KeyRecordError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLong(let length, let limit): "the record is \(length) bytes long; the limit is \(limit)"
    case .tagList(let error): "key syntax error: \(error)"
    case .versionNotFirst: "key syntax error: v= is not the first tag"
    case .incompatibleVersion(let found): "incompatible version: v=\(found) (expected DKIM1)"
    case .keyMissing: "key syntax error: p= is missing"
    case .revoked: "key revoked: p= is empty"
    case .unknownKeyType(let found): "unknown key type k=\(found)"
    case .badValue(let tag, let found): "key syntax error: \(tag)=\(found)"
    case .notBase64: "key syntax error: p= is not base64"
    case .badKey(let error): "\(error)"
    }
  }
}
