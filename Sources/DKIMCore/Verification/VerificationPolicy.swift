/// The policy for verification: limits, and the decisions that the RFCs leave to the verifier.
public struct VerificationPolicy: Sendable, Hashable {
  /// What to do about something that is allowed but undesirable.
  public enum Treatment: Sendable, Hashable {
    /// The signature is accepted; the objection is still reported in ``VerificationResult/remarks``.
    case accept
    /// The result becomes `policy`.
    case refuse
  }

  /// The maximum number of signatures evaluated, from the top of the message; the others get the result `policy`.
  /// // RFC 6376 §6.1
  public var maximumSignatures = 10
  /// The maximum size of the header section.
  public var headerLimits = MessageHeader.Limits()
  /// The maximum number of names in `h=`.
  public var maximumHeaderNames = 1000
  /// The maximum number of keys to try if there are several at one name. // RFC 6376 §6.1.2
  public var maximumKeysTried = 3
  /// The minimum size of RSA keys in bits; values below 1024 are treated as 1024. // RFC 8301 §3.2
  public var minimumRSABits = 1024
  /// The tolerated clock difference in whole seconds, for `t=` in the future and `x=` in the past. // RFC 6376 §3.5
  public var clockDrift = Duration.seconds(300)
  /// What to do about signatures past their `x=`. // RFC 6376 §6.1.1
  public var expired = Treatment.refuse
  /// What to do about signatures whose `t=` is in the future. // RFC 6376 §3.5
  public var fromTheFuture = Treatment.refuse
  /// What to do about text after the part of the body that `l=` covers. // RFC 6376 §8.2
  public var unsignedBody = Treatment.refuse
  /// What to do about a `d=` with a single label, such as `com`. // RFC 6376 §6.1.1
  public var singleLabelDomains = Treatment.refuse
  /// What to do about a message without a From field, or with one that the signature does not cover.
  /// // RFC 6376 §8.15
  public var unsignedFrom = Treatment.refuse

  /// Creates the default policy, ``standard``.
  public init() {}

  /// The default policy for receiving mail.
  public static let standard = VerificationPolicy()

  /// A policy that enforces only what the RFCs require: everything that they leave to the verifier is accepted and
  /// reported in ``VerificationResult/remarks``, except that signatures past their `x=` are refused. Use it to find out
  /// which signatures are valid.
  public static let tolerant = {
    var policy = VerificationPolicy()
    policy.fromTheFuture = .accept
    policy.unsignedBody = .accept
    policy.unsignedFrom = .accept
    policy.singleLabelDomains = .accept
    return policy
  }()
}
