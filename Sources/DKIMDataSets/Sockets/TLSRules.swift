internal import CTLS

/// How servers are talked to over TLS.
struct TLSRules: Sendable, Hashable {
  /// A file of certificates in PEM. Without it and ``caFolder``, the authorities of the system are trusted.
  var caFile: String?
  /// A folder of certificates whose names c_rehash(1) has made.
  var caFolder: String?
  /// The certificate that is shown to servers which ask for one, in PEM with what it was issued by, and its key.
  var certificateFile: String?
  var keyFile: String?
  /// False where any certificate will do.
  var checksServer = true
  /// As OpenSSL counts them; versions below 1.2 are never used.
  var minimumVersion = Int(TLS1_2_VERSION)
}
