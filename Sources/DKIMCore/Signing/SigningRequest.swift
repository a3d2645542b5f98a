/// A signature to make: the domain, the key and the options.
///
///     var request = try SigningRequest(domain: domain, selector: selector, key: key, lifetime: .seconds(7 * 86_400))
///     request.canonicalization = .simple
///
/// A request is checked when it is made, so that signing fails only because of the message or the key.
public struct SigningRequest: Sendable {
  /// A private key.
  public enum Key: Sendable {
    /// A key in the memory of this process.
    case local(SigningKey)
    /// A key that is used elsewhere.
    case external(any ExternalSigningKey)
  }

  /// `d=`: the signing domain. U-labels are written as A-labels, which are allowed in every message. // RFC 6376 §3.5
  public let domain: DomainName
  /// `s=`: the selector. U-labels are written as A-labels.
  public let selector: Selector
  /// The private key.
  public let key: Key
  /// `c=`: the canonicalization of header and body.
  public var canonicalization = Canonicalization.relaxed
  /// The fields to include in `h=` if the message has them. From is always signed.
  public var signedHeaders = HeaderSelection.standard
  /// Names to oversign: each is included in `h=` one more time than the message has such fields, so that none can be
  /// added. Existing fields with these names are signed regardless of ``signedHeaders``. DKIM-Signature is not allowed.
  /// // RFC 6376 §8.15
  public private(set) var oversignedHeaders: [HeaderFieldName]
  /// `i=`: the identity. Its domain is ``domain`` or a subdomain of it.
  public private(set) var identity: Identity?
  /// `x=`: the lifetime of the signature after `t=` in whole seconds, at least 1; `nil` means no expiration.
  public private(set) var lifetime: Duration?
  /// `l=`: how much of the canonical body is signed. Setting it allows others to append text to the message.
  /// // RFC 6376 §8.2
  public var bodyLength: SignedBodyLength?
  /// `z=`: includes copies of the signed fields, which help to find out what was changed.
  public var copiesHeaders = false
  /// `r=y`: requests that verifiers report failures. // RFC 6651 §3.1
  public var requestsReports = false
  /// `atps=` and `atpsh=`: the domain of the author on whose behalf ``domain`` signs. // RFC 6541 §4.2
  public var atps: ATPSTags?

  /// Tags of extensions, which verifiers ignore unless they know them; see ``addExtensionTag(_:_:)``.
  package private(set) var extensionTags: [(name: String, value: String)] = []

  /// The public half of an external key, which its signatures are verified with.
  let externalPublicKey: VerificationKey?

  /// Creates a request to sign with a key in the memory of this process.
  /// - Parameters:
  ///   - domain: see ``domain``.
  ///   - selector: see ``selector``.
  ///   - key: see ``key``.
  ///   - oversignedHeaders: see ``oversignedHeaders``.
  ///   - identity: see ``identity``.
  ///   - lifetime: see ``lifetime``; fractions of a second are dropped.
  /// - Throws: ``SigningError`` if `s=` and `d=` are too long together, or if a parameter is not valid.
  public init(
    domain: DomainName, selector: Selector, key: SigningKey, oversignedHeaders: [HeaderFieldName] = [.from],
    identity: Identity? = nil, lifetime: Duration? = nil
  ) throws(SigningError) {
    try self.init(
      domain, selector, .local(key), externalPublicKey: nil, oversignedHeaders: oversignedHeaders, identity: identity,
      lifetime: lifetime)
  }

  /// Creates a request to sign with a key that is used elsewhere; the parameters are the same as for a key in the
  /// memory of this process.
  /// - Throws: ``SigningError`` if the public key cannot be used, if `s=` and `d=` are too long together, or if a
  ///   parameter is not valid.
  public init(
    domain: DomainName, selector: Selector, externalKey key: any ExternalSigningKey,
    oversignedHeaders: [HeaderFieldName] = [.from], identity: Identity? = nil, lifetime: Duration? = nil
  ) throws(SigningError) {
    let publicKey: VerificationKey
    do throws(PublicKeyError) {
      let bytes = key.publicKey
      publicKey =
        switch key.type {
        case .rsa: try VerificationKey(rsa: bytes.span)
        case .ed25519: try VerificationKey(ed25519: bytes.span)
        }
    } catch {
      throw .externalKey(selector: selector.text, domain: domain.text, .publicKey(error))
    }
    guard publicKey.type != .rsa || publicKey.bits >= VerificationKey.minimumRSABits else {
      throw .key(.tooSmall(bits: publicKey.bits))
    }
    try self.init(
      domain, selector, .external(key), externalPublicKey: publicKey, oversignedHeaders: oversignedHeaders,
      identity: identity,
      lifetime: lifetime)
  }

  private init(
    _ domain: DomainName, _ selector: Selector, _ key: Key, externalPublicKey: VerificationKey?,
    oversignedHeaders: [HeaderFieldName], identity: Identity?, lifetime: Duration?
  ) throws(SigningError) {
    guard KeyQuery(domain: domain, selector: selector) != nil else {
      throw .queryNameTooLong(selector: selector.text, domain: domain.text)
    }
    self.domain = domain
    self.selector = selector
    self.key = key
    self.externalPublicKey = externalPublicKey
    self.oversignedHeaders = []
    try setOversignedHeaders(oversignedHeaders)
    try setIdentity(identity)
    try setLifetime(lifetime)
  }

  /// Changes ``oversignedHeaders``.
  /// - Throws: ``SigningError/notAHeaderName(_:)``
  public mutating func setOversignedHeaders(_ names: [HeaderFieldName]) throws(SigningError) {
    for name in names where !Self.isOversignable(name) { throw .notAHeaderName(name.text) }
    oversignedHeaders = names
  }

  /// Changes ``identity``.
  /// - Throws: ``SigningError/identityOutsideDomain(identity:domain:)`` or
  ///   ``SigningError/controlCharacterInIdentity``
  public mutating func setIdentity(_ identity: Identity?) throws(SigningError) {
    if let identity {
      guard identity.domain.isEqualToOrSubdomain(of: domain) else {
        throw .identityOutsideDomain(identity: identity.description, domain: domain.text)
      }
      guard !PrintableText.hasControl(identity.localPart) else { throw .controlCharacterInIdentity }
    }
    self.identity = identity
  }

  /// Changes ``lifetime``; fractions of a second are dropped.
  /// - Throws: ``SigningError/noLifetime`` for less than one second.
  public mutating func setLifetime(_ lifetime: Duration?) throws(SigningError) {
    if let lifetime, lifetime < .seconds(1) { throw .noLifetime }
    self.lifetime = lifetime.map { .seconds($0.wholeSeconds) }
  }

  /// Tags that have a meaning in signatures, so that they cannot be tags of an extension.
  private static let knownTags: Set<String> = [
    "a", "atps", "atpsh", "b", "bh", "c", "d", "h", "i", "l", "q", "r", "s", "t", "v", "x", "z",
  ]
  private static let longestExtensionTag = 256
  private static let mostExtensionTags = 16

  /// Returns true for a tag of an extension: not one of DKIM itself, and with a value of printable ASCII without a
  /// semicolon and without spaces at its ends. // RFC 6376 §3.2
  package static func isExtensionTag(_ name: String, _ value: String) -> Bool {
    let isName =
      name.utf8.first.map(ASCII.isLetter) ?? false
      && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    let isValue =
      value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") }
      && value.utf8.first != 0x20 && value.utf8.last != 0x20
    return isName && isValue && name.utf8.count + value.utf8.count <= longestExtensionTag && !knownTags.contains(name)
  }

  /// Adds a tag of an extension.
  /// - Returns: false if it is not one, or if it is present already.
  package mutating func addExtensionTag(_ name: String, _ value: String) -> Bool {
    guard Self.isExtensionTag(name, value), extensionTags.count < Self.mostExtensionTags,
      !extensionTags.contains(where: { $0.name == name })
    else { return false }
    extensionTags.append((name, value))
    return true
  }

  /// Returns true for a name that can be oversigned. A ";" would end the `h=` tag. Oversigning DKIM-Signature would
  /// forbid the other signatures that are added together with this one. // RFC 6376 §3.7, §5.4
  private static func isOversignable(_ name: HeaderFieldName) -> Bool {
    name != .dkimSignature && !name.bytes.contains(UInt8(ascii: ";"))
  }
}

extension SigningRequest.Key {
  /// The type of the key.
  public var type: KeyType {
    switch self {
    case .local(let key): key.type
    case .external(let key): key.type
    }
  }

  /// The contents of the `p=` tag of the key record.
  public var publicKey: [UInt8] {
    switch self {
    case .local(let key): key.publicKey
    case .external(let key): key.publicKey
    }
  }

  /// The key if it is in the memory of this process.
  package var local: SigningKey? {
    guard case .local(let key) = self else { return nil }
    return key
  }
}

extension SigningRequest {
  /// The size of the key in bits. RSA: the size of the modulus. Ed25519: 256.
  public var keyBits: Int {
    switch key {
    case .local(let key): key.bits
    case .external: externalPublicKey?.bits ?? 0
    }
  }
}
