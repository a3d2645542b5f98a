/// The key type: the `k=` tag of a key record and the first part of `a=`. // RFC 6376 §3.6.1, RFC 8463 §3
public enum KeyType: String, Sendable, Hashable, Codable, CaseIterable {
  /// RSA.
  case rsa
  /// Ed25519.
  case ed25519
}
