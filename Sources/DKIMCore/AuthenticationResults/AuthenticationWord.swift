/// The result words of the `dkim` method. // RFC 8601 §2.7.1
public enum AuthenticationWord: String, Sendable, Hashable, CaseIterable {
  /// The message was not signed.
  case none
  /// A signature was acceptable and verified.
  case pass
  /// A signature was acceptable and did not verify.
  case fail
  /// A signature verified, or might, and is refused by local policy.
  case policy
  /// A signature could not be processed.
  case neutral
  /// Something passing kept the signature from being verified; a later try may succeed.
  case temperror
  /// Something lasting kept the signature from being verified.
  case permerror
}
