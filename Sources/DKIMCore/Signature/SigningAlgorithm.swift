/// The `a=` tag: a key type and SHA-256. // RFC 6376 §3.3, RFC 8301 §3.1, RFC 8463 §3
public enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
  case rsaSHA256 = "rsa-sha256"
  case ed25519SHA256 = "ed25519-sha256"

  /// What `k=` of the key record has to say.
  public var keyType: KeyType {
    switch self {
    case .rsaSHA256: .rsa
    case .ed25519SHA256: .ed25519
    }
  }

  /// The one algorithm that goes with a type of key.
  public init(_ keyType: KeyType) {
    switch keyType {
    case .rsa: self = .rsaSHA256
    case .ed25519: self = .ed25519SHA256
    }
  }
}
