/// A parsed DKIM-Signature field, with every tag in its own type. // RFC 6376 §3.5
///
/// Signatures are immutable, so a verification shares one without copying.
public final class DKIMSignature: Sendable {
  /// `a=`: the signing algorithm.
  public let algorithm: SigningAlgorithm
  /// `c=`: the canonicalization of header and body; simple/simple if the tag is absent.
  public let canonicalization: Canonicalization
  /// `d=`: the domain that takes responsibility for the message.
  public let domain: DomainName
  /// `s=`: the selector of the key.
  public let selector: Selector
  /// `i=`, decoded; `@` and the domain of `d=` if the tag is absent.
  public let identity: Identity
  /// `bh=`: the hash of the body. A correct value has 32 bytes.
  public let bodyHash: [UInt8]
  /// `b=`: the signature.
  public let signature: [UInt8]
  /// `l=`: the number of bytes of the canonical body that are hashed; `UInt64.max` represents anything larger.
  public let bodyLength: UInt64?
  /// `t=`: the time of signing.
  public let timestamp: Timestamp?
  /// `x=`: the time at which the signature expires.
  public let expiration: Timestamp?
  /// `atps=` and `atpsh=`: the author's domain on whose behalf a third party signed; `nil` if there is none, or if
  /// `atps=` is not a domain name. // RFC 6541 §4.2
  public let atps: ATPSTags?
  /// The query for the key.
  public let keyQuery: KeyQuery

  /// The unchanged value of the field.
  let bytes: [UInt8]
  /// The names in `h=`, as ranges of `bytes`.
  let headerNames: [Range<Int>]
  /// The range that is removed for the hash: everything between `b=` and the next `;`. // RFC 6376 §3.7
  let blanked: Range<Int>

  /// `b=` as base64 without white space; `header.b` shows a prefix of it.
  public var signatureText: String {
    String(decoding: bytes[blanked].filter { !ASCII.isFWS($0) }, as: UTF8.self)
  }

  /// `h=`: the names of the signed fields, in order, as written.
  public var signedHeaders: [HeaderFieldName] { headerNames.map { HeaderFieldName(valid: Array(bytes[$0])) } }

  /// Parses the value of a DKIM-Signature field.
  /// - Parameters:
  ///   - value: everything after the colon of the field, including folds.
  ///   - maximumHeaderNames: the maximum number of names in `h=`.
  /// - Throws: ``SignatureFieldError``, which identifies the tag and the problem.
  public convenience init(value: [UInt8], maximumHeaderNames: Int = 1000) throws(SignatureFieldError) {
    try self.init(SignatureParser(value), maximumHeaderNames: maximumHeaderNames)
  }

  init(_ parser: SignatureParser, maximumHeaderNames: Int) throws(SignatureFieldError) {
    try parser.checkVersion()
    algorithm = try parser.algorithm()
    signature = try parser.base64("b")
    bodyHash = try parser.base64("bh")
    domain = try parser.domain()
    headerNames = try parser.headerNames(maximum: maximumHeaderNames)
    selector = try parser.selector()
    canonicalization = try parser.canonicalization()
    identity = try parser.identity(in: domain)
    bodyLength = try parser.bodyLength()
    (timestamp, expiration) = try parser.times()
    atps = parser.atps()
    try parser.checkQueryMethods()
    try parser.checkCopiedHeaders()
    guard let query = KeyQuery(domain: domain, selector: selector) else { throw .queryNameTooLong }
    keyQuery = query
    bytes = parser.bytes
    blanked = try parser.blanked()
  }
}

extension DKIMSignature: Hashable {
  /// Two signatures are equal if the values of their fields are.
  public static func == (one: DKIMSignature, other: DKIMSignature) -> Bool {
    one === other || one.bytes == other.bytes
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// The `i=` tag: the user or agent on whose behalf the message was signed. // RFC 6376 §3.5
public struct Identity: Sendable, Hashable {
  /// The decoded local part; may be empty.
  public let localPart: String
  /// The domain: that of `d=` or a subdomain of it.
  public let domain: DomainName

  /// Creates an identity from its parts; the local part may be empty.
  public init(localPart: String, domain: DomainName) {
    self.localPart = localPart
    self.domain = domain
  }
}

extension Identity: CustomStringConvertible {
  public var description: String { localPart + "@" + domain.text }

  /// The identity for use in header fields and log lines, encoded so that untrusted text in it cannot look like
  /// anything but an address.
  package var reportText: String { LocalPart.reportText(localPart) + "@" + domain.text }
}
