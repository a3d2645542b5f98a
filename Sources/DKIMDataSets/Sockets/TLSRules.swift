internal import CTLS

/// Settings for TLS connections.
struct TLSRules: Sendable, Hashable {
  /// A PEM file of CA certificates. Without it and ``caFolder``, the CA certificates of the system are trusted.
  var caFile: String?
  /// A directory of CA certificates whose names were made by c_rehash(1).
  var caFolder: String?
  /// The client certificate for servers that request one, in PEM with its intermediate certificates; ``keyFile`` has
  /// its key.
  var certificateFile: String?
  var keyFile: String?
  /// False if any server certificate is accepted.
  var checksServer = true
  /// The minimum TLS version in OpenSSL's numbering; versions below 1.2 are never used.
  var minimumVersion = Int(TLS1_2_VERSION)
}
