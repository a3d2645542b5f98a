/// The complete result for one DKIM-Signature field.
///
/// Its coding is the element of `signatures` that `dkimtool verify --json` prints; see ``VerificationReport``.
public struct VerificationResult: Sendable, Hashable {
  /// The result of checking a hash or a signature on its own.
  public enum Check: String, Sendable, Hashable, Codable {
    /// The hash or signature is the one in the field.
    case matches
    /// The hash or signature is not the one in the field.
    case differs
    /// The check was not made, for example because there is no key.
    case notChecked
  }

  /// How much of the canonical body the signature covers.
  public struct BodyCoverage: Sendable, Hashable {
    /// The length of the whole canonical body in bytes.
    public let bytes: UInt64
    /// The number of bytes that were hashed; fewer than ``bytes`` if `l=` says so.
    public let signedBytes: UInt64
    /// The defects in the body.
    public let defects: MessageDefects
    /// The number of bytes after the signed part.
    public var unsignedBytes: UInt64 { bytes - signedBytes }
  }

  /// How much of the header the signature covers.
  public struct HeaderCoverage: Sendable, Hashable {
    /// The number of fields of the message that were hashed.
    public let signedFields: Int
    /// The number of names in `h=` for which there was no field, or no further field.
    public let absentNames: Int
    /// The number of From fields in the message, including ones that start after a bare CR or LF inside another field.
    public let fromFields: Int
    /// The number of From fields that were not hashed.
    public let unsignedFromFields: Int
    /// The defects in the header section.
    public let defects: MessageDefects
  }

  /// The content of a DKIM-Signature field.
  public enum Field: Sendable, Hashable {
    /// The field is valid.
    case parsed(DKIMSignature)
    /// The field has errors or exceeds a limit; these tags could be read.
    case unparsed(SignatureTags)
  }

  /// The result of the key lookup.
  public struct KeyLookupSummary: Sendable, Hashable {
    /// The record that verified the signature; if none did, the first usable one, or the one that was refused.
    public internal(set) var record: KeyRecord?
    /// True if the response was validated with DNSSEC.
    public let secure: Bool
    /// The number of TXT records at the name.
    public let recordCount: Int
    /// The errors of records that were skipped.
    public let skipped: [KeyRecordError]
  }

  /// The position of the field in the header, counted from 0 at the top.
  public let position: Int
  /// The outcome of the verification.
  public internal(set) var outcome: VerificationOutcome
  /// Policy objections to the signature, whether or not the policy accepts it. A ``SignatureRequirement`` has objections
  /// only to signatures that would pass without it.
  public internal(set) var remarks: [PolicyReason]
  /// The content of the field; see ``signature`` and ``tags``.
  public let field: Field
  /// Whether `bh=` matches the body.
  public let bodyHash: Check
  /// Whether `b=` matches the header and the key.
  public let headerHash: Check
  /// How much of the body the signature covers; `nil` if it was not evaluated.
  public let body: BodyCoverage?
  /// How much of the header the signature covers; `nil` if it was not evaluated.
  public let header: HeaderCoverage?
  /// The result of the key lookup; `nil` if there was no lookup or it failed.
  public let key: KeyLookupSummary?
  /// The hashed data, if ``Verifier/begin(_:at:preferring:keeping:)`` was asked to keep it.
  /// It is not encoded: it can be as large as the message, and only this package can ask for it.
  package let canonicalized: CanonicalizedData?

  /// The parsed field; `nil` if it has errors or exceeds a limit.
  public var signature: DKIMSignature? {
    if case .parsed(let signature) = field { signature } else { nil }
  }
  /// The tags as written in the field, for reports; also available if the field has errors.
  public var tags: SignatureTags {
    switch field {
    case .parsed(let signature): SignatureTags(signature)
    case .unparsed(let tags): tags
    }
  }

  /// The result code for Authentication-Results.
  public var code: DKIMResultCode { outcome.code }
  /// The reason for the result, as text.
  public var reason: String { outcome.description }
}

/// The tags of a DKIM-Signature field as text. If the field could not be parsed, these are the tags that could be read;
/// anything that is not a valid domain name or address is omitted, so that all texts here are safe to print.
public struct SignatureTags: Sendable, Hashable {
  /// `d=`: the signing domain.
  public let domain: String?
  /// `s=`: the selector.
  public let selector: String?
  /// `a=`: the signing algorithm.
  public let algorithm: String?
  /// `i=`: the identity, with its local part in dkim-quoted-printable except for letters, digits and the other
  /// characters of an atom; `@` and the domain if the tag is absent. `nil` for a field with errors.
  public let identity: String?
  /// `b=`: the signature, without white space.
  public let signature: String?

  init(_ signature: DKIMSignature) {
    domain = signature.domain.text
    selector = signature.selector.text
    algorithm = signature.algorithm.rawValue
    identity = signature.identity.reportText
    self.signature = signature.signatureText
  }

  /// Creates an empty value.
  init() {
    (domain, selector, algorithm, identity, signature) = (nil, nil, nil, nil, nil)
  }

  /// Reads the tags that are readable in a field with errors.
  init(damaged value: [UInt8]) {
    let parser = try? SignatureParser(value)
    domain = (try? parser?.domain())?.text
    selector = (try? parser?.selector())?.text
    algorithm = parser?.algorithmName()
    identity = nil
    self.signature = parser?.base64Text("b")
  }
}
