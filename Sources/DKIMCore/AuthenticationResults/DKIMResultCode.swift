/// The result codes of the `dkim` method. // RFC 8601 §2.7.1
public enum DKIMResultCode: String, Sendable, Hashable, Codable, CaseIterable {
  /// The message was not signed.
  case none
  /// A signature was acceptable and verification succeeded.
  case pass
  /// A signature was acceptable, but verification failed.
  case fail
  /// A signature that is valid, or could be, but is not acceptable under local policy.
  case policy
  /// A signature could not be processed.
  case neutral
  /// A temporary error prevented verification; trying again later may succeed.
  case temperror
  /// A permanent error prevented verification.
  case permerror
}
