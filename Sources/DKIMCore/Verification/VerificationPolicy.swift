/// What is accepted of what is true: limits, and the rules the RFCs leave to the verifier.
public struct VerificationPolicy: Sendable, Hashable {
  /// What to do about something that is allowed and not liked.
  public enum Treatment: Sendable, Hashable {
    case accept
    /// The result becomes `policy`.
    case refuse
  }

  /// Signatures evaluated, from the top of the message; those below get `policy`. // RFC 6376 §6.1
  public var maximumSignatures = 10
  /// How much of a header section is looked at.
  public var headerLimits = MessageHeader.Limits()
  /// Names an `h=` tag may have.
  public var maximumHeaderNames = 1000
  /// Keys tried where a name has several. // RFC 6376 §6.1.2
  public var maximumKeysTried = 3
  /// Smaller RSA keys count for nothing; never less than 1024 whatever is set. // RFC 8301 §3.2
  public var minimumRSABits = 1024
  /// Seconds that `t=` may lie ahead and `x=` behind. // RFC 6376 §3.5
  public var clockDrift: UInt64 = 300
  /// Signatures past their `x=`. // RFC 6376 §6.1.1
  public var expired = Treatment.refuse
  /// Signatures whose `t=` lies ahead. // RFC 6376 §3.5
  public var fromTheFuture = Treatment.refuse
  /// Octets of the body behind what `l=` counts. // RFC 6376 §8.2
  public var unsignedBody = Treatment.refuse
  /// A `d=` of one label, such as `com`. // RFC 6376 §6.1.1
  public var singleLabelDomains = Treatment.refuse
  /// A message with no From field, or one that has a From field the signature does not cover.
  /// // RFC 6376 §8.15
  public var unsignedFrom = Treatment.refuse

  public init() {}

  /// What a receiver of mail wants.
  public static let standard = VerificationPolicy()

  /// What the RFCs demand and no more: whatever they leave to the verifier is let pass and told in
  /// ``VerificationResult/remarks``, but for signatures past their `x=`. For finding out what is true.
  public static let tolerant = {
    var policy = VerificationPolicy()
    policy.fromTheFuture = .accept
    policy.unsignedBody = .accept
    policy.unsignedFrom = .accept
    policy.singleLabelDomains = .accept
    return policy
  }()
}
