/// The `a=` tag: a key type and SHA-256. // RFC 6376 §3.3, RFC 8301 §3.1, RFC 8463 §3
public enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
  /// RSA with PKCS#1 v1.5 padding, and SHA-256.
  case rsaSHA256 = "rsa-sha256"
  /// Ed25519 (PureEdDSA) over a SHA-256 digest.
  case ed25519SHA256 = "ed25519-sha256"

  /// The key type that `k=` of the key record must specify.
  public var keyType: KeyType {
    switch self {
    case .rsaSHA256: .rsa
    case .ed25519SHA256: .ed25519
    }
  }

  /// Creates the algorithm that belongs to a key type.
  public init(_ keyType: KeyType) {
    switch keyType {
    case .rsa: self = .rsaSHA256
    case .ed25519: self = .ed25519SHA256
    }
  }
}
