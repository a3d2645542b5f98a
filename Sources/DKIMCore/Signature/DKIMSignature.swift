/// A DKIM-Signature field, parsed: every tag in its own type. // RFC 6376 §3.5
///
/// Nothing of it can change, so it is shared and not copied on its way through a verification.
public final class DKIMSignature: Sendable {
  /// `a=`
  public let algorithm: SigningAlgorithm
  /// `c=`
  public let canonicalization: Canonicalization
  /// `d=`, the domain that takes responsibility.
  public let domain: DomainName
  /// `s=`
  public let selector: Selector
  /// `i=`, decoded; `@` and the domain where the tag is absent.
  public let identity: Identity
  /// `bh=`; 32 octets where it can be right.
  public let bodyHash: [UInt8]
  /// `b=`
  public let signature: [UInt8]
  /// `l=`, how many octets of the canonical body are hashed; `UInt64.max` stands for anything larger.
  public let bodyLength: UInt64?
  /// `t=`
  public let timestamp: Timestamp?
  /// `x=`
  public let expiration: Timestamp?
  /// Where the key is to be found.
  public let keyQuery: KeyQuery

  /// The value of the field, as it came.
  let octets: [UInt8]
  /// The names in `h=`, ranges of `octets`.
  let headerNames: [Range<Int>]
  /// What is blanked for the hash: everything between `b=` and the next `;`. // RFC 6376 §3.7
  let blanked: Range<Int>

  /// `b=` as base64 without white space, as `header.b` shows its beginning.
  public var signatureText: String {
    String(decoding: octets[blanked].filter { !Octets.isFWS($0) }, as: UTF8.self)
  }

  /// `h=`: the names of the signed fields, in order, as written.
  public var signedHeaders: [String] {
    let octets = octets
    return headerNames.map { Octets.lossyString(octets.span.extracting($0)) }
  }

  /// - Parameters:
  ///   - value: everything behind the colon of the field, folds included.
  ///   - maximumHeaderNames: how many names `h=` may have.
  /// - Throws: ``SignatureFieldError``, which names the tag and what was wrong with it.
  public init(value: [UInt8], maximumHeaderNames: Int = 1000) throws(SignatureFieldError) {
    let parser = try SignatureParser(value)
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
    try parser.checkQueryMethods()
    try parser.checkCopiedHeaders()
    guard let query = KeyQuery(domain: domain, selector: selector) else { throw .queryNameTooLong }
    keyQuery = query
    octets = value
    blanked = try parser.blanked()
  }
}

/// The `i=` tag: the user or agent on whose behalf the message was signed. // RFC 6376 §3.5
public struct Identity: Sendable, Hashable {
  /// The local part, decoded; may be empty.
  public let localPart: String
  public let domain: DomainName

  public init(localPart: String, domain: DomainName) {
    self.localPart = localPart
    self.domain = domain
  }
}

extension Identity: CustomStringConvertible {
  public var description: String { localPart + "@" + domain.text }

  /// The identity for fields and lines in which the text of a stranger must not look like anything but an address.
  package var reportText: String { LocalPart.reportText(localPart) + "@" + domain.text }
}
