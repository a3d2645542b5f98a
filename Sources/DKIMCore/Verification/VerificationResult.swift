/// Everything that was found out about one DKIM-Signature field.
public struct VerificationResult: Sendable {
  /// Whether a hash or a signature is right, apart from everything else.
  public enum Check: Sendable, Hashable {
    case matches
    case differs
    case notChecked
  }

  /// How much of the canonical body the signature covers.
  public struct BodyCoverage: Sendable, Hashable {
    /// Octets of the whole canonical body.
    public let octets: UInt64
    /// Octets that were hashed; fewer where `l=` says so.
    public let signedOctets: UInt64
    /// What the body holds that mail must not hold.
    public let faults: MessageFaults
    /// Octets behind the signed ones.
    public var unsignedOctets: UInt64 { octets - signedOctets }
  }

  /// How much of the header the signature covers.
  public struct HeaderCoverage: Sendable, Hashable {
    /// Fields of the message that were hashed.
    public let signedFields: Int
    /// Names in `h=` for which there was no field (left).
    public let absentNames: Int
    /// From fields in the message, such counted too as stand behind a CR or an LF alone inside another field.
    public let fromFields: Int
    /// From fields that were not hashed.
    public let unsignedFromFields: Int
    /// What the header section holds that mail must not hold.
    public let faults: MessageFaults
  }

  /// What came of the question for the key.
  public struct KeyFacts: Sendable {
    /// The record that verified; where none did the first that could have, or that was refused.
    public internal(set) var record: KeyRecord?
    /// The answer was DNSSEC-validated.
    public let secure: Bool
    /// TXT records at the name.
    public let recordCount: Int
    /// What was wrong with records that were passed over.
    public let skipped: [KeyRecordError]
  }

  /// Which field of the header this is about, counted from 0 at the top.
  public let position: Int
  public let outcome: VerificationOutcome
  /// What there is not to like about the signature, whether the policy let it pass or not.
  public let remarks: [PolicyReason]
  /// The parsed field; `nil` where it has errors.
  public let signature: DKIMSignature?
  /// The tags as they stand in the field, for reports; also there where the field has errors.
  public var tags: SignatureTags { signature.map(SignatureTags.init) ?? damagedTags }
  /// What could be read of a field with errors.
  let damagedTags: SignatureTags
  /// `bh=` against the body.
  public let bodyHash: Check
  /// `b=` against the header and the key.
  public let headerHash: Check
  public let body: BodyCoverage?
  public let header: HeaderCoverage?
  public let key: KeyFacts?
  /// What was hashed, where ``Verifier/begin(_:at:preferring:keeping:)`` was asked to keep it.
  package let canonicalized: CanonicalizedData?

  /// The result word of Authentication-Results.
  public var word: AuthenticationWord { outcome.word }
  /// Why, in words.
  public var reason: String { outcome.description }
}

/// Tags of a DKIM-Signature as text. Where the field could not be parsed, whatever could be read;
/// octets that are no domain name or address are left out, so that no text here needs to be feared.
public struct SignatureTags: Sendable, Hashable {
  /// `d=`
  public let domain: String?
  /// `s=`
  public let selector: String?
  /// `a=`
  public let algorithm: String?
  /// `i=`, its local part in dkim-quoted-printable but for letters, digits and the other characters of an atom; `@` and
  /// the domain where the tag is absent. `nil` for a field with errors.
  public let identity: String?
  /// `b=` without white space.
  public let signature: String?

  init(_ signature: DKIMSignature) {
    domain = signature.domain.text
    selector = signature.selector.text
    algorithm = signature.algorithm.rawValue
    identity = signature.identity.reportText
    self.signature = signature.signatureText
  }

  /// Nothing was read.
  init() {
    (domain, selector, algorithm, identity, signature) = (nil, nil, nil, nil, nil)
  }

  /// Reads what can be read of a field with errors.
  init(damaged value: [UInt8]) {
    let parser = try? SignatureParser(value)
    domain = (try? parser?.domain())?.text
    selector = (try? parser?.selector())?.text
    algorithm = parser?.algorithmName()
    identity = nil
    self.signature = parser?.base64Text("b")
  }
}
