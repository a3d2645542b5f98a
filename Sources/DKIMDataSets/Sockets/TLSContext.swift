internal import CTLS
internal import DKIMConfiguration

/// The shared settings of TLS connections: the CA certificates and the client certificate.
///
/// `@unchecked Sendable`: the context is not changed after `init`, and OpenSSL allows any number of threads to create
/// connections from it.
@safe final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ rules: TLSRules) throws(DataSetError) {
    ERR_clear_error()
    guard let pointer = unsafe SSL_CTX_new(TLS_client_method()) else {
      throw .unusable("TLS initialization failed: \(Self.lastReason())")
    }
    unsafe self.pointer = pointer
    _ = unsafe SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, rules.minimumVersion, nil)
    unsafe SSL_CTX_set_verify(pointer, rules.checksServer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
    if rules.checksServer { try trust(rules) }
    if let file = rules.certificateFile { try show(file, rules.keyFile ?? file) }
  }

  private func trust(_ rules: TLSRules) throws(DataSetError) {
    guard let location = rules.caFile ?? rules.caFolder else {
      guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
        throw .unusable("the CA certificates of the system cannot be read: \(Self.lastReason())")
      }
      return
    }
    guard unsafe SSL_CTX_load_verify_locations(pointer, rules.caFile, rules.caFolder) == 1 else {
      throw .unusable(
        "the CA certificates in \"\(location)\" cannot be read: \(Self.lastReason()); expected certificates in PEM")
    }
  }

  /// Sets the certificate for servers that request a client certificate.
  private func show(_ certificate: String, _ key: String) throws(DataSetError) {
    guard unsafe SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
      throw .unusable("the certificate in \"\(certificate)\" cannot be read: \(Self.lastReason())")
    }
    guard unsafe SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
      throw .unusable("the key in \"\(key)\" does not belong to \"\(certificate)\": \(Self.lastReason())")
    }
  }

  deinit { unsafe SSL_CTX_free(pointer) }

  /// Returns OpenSSL's text for the oldest error of this thread, and empties the error queue.
  static func lastReason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard let reason = unsafe ERR_reason_error_string(code) else { return "no reason given" }
    return unsafe String(cString: reason)
  }
}
