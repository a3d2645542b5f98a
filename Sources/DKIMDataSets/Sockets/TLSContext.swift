internal import CTLS
internal import DKIMConfiguration

/// What connections over TLS share: the authorities that the certificates of servers are checked with.
///
/// `@unchecked Sendable`: it is complete once made, and OpenSSL lets any number of threads make connections from one.
@safe final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer

  /// - Parameter caFile: a file of certificates in PEM; `nil`: the authorities of the system.
  init(caFile: String?) throws(DataSetError) {
    ERR_clear_error()
    guard let pointer = unsafe SSL_CTX_new(TLS_client_method()) else {
      throw .unusable("TLS cannot be set up: \(Self.lastReason())")
    }
    unsafe self.pointer = pointer
    _ = unsafe SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    if let caFile {
      guard unsafe SSL_CTX_load_verify_locations(pointer, caFile, nil) == 1 else {
        throw .unusable(
          "the authorities in \"\(caFile)\" cannot be read: \(Self.lastReason()); expected certificates in PEM")
      }
    } else if unsafe SSL_CTX_set_default_verify_paths(pointer) != 1 {
      throw .unusable("the authorities of the system cannot be read: \(Self.lastReason())")
    }
  }

  deinit { unsafe SSL_CTX_free(pointer) }

  /// The oldest error of this thread in OpenSSL's own words; empties the queue.
  static func lastReason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard let reason = unsafe ERR_reason_error_string(code) else { return "no reason given" }
    return unsafe String(cString: reason)
  }
}
