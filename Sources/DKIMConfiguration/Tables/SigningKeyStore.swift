public import DKIMCore

/// Where the octets of a private key are.
public enum KeyLocation: Sendable, Hashable {
  case file(String)
  /// PEM or base64 DER in the table itself.
  case inline([UInt8])
}

/// Private keys, read and checked once, and again when their file changes.
public final class SigningKeyStore: Sendable {
  public init() {}

  /// The key at a place.
  public func key(at location: KeyLocation) throws(SigningKeyStoreError) -> SigningKey {
    throw .unreadable(path: "", why: "")
  }
}

/// Why a private key cannot be used.
public enum SigningKeyStoreError: Error, Sendable, Hashable {
  case unreadable(path: String, why: String)
  /// Others can read or change it, and `RequireSafeKeys` is set.
  case unsafe(path: String, why: String, mend: String)
  case notAKey(path: String?, SigningKeyError)
}
