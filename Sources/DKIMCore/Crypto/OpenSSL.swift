internal import COpenSSL

/// What all uses of the cryptographic library share.
enum OpenSSL {
  /// SHA-256, looked up once: each look-up costs more than hashing a header.
  static let sha256 = Algorithm()

  @safe final class Algorithm: @unchecked Sendable {
    /// Lives as long as the program; OpenSSL reads it only, on any thread.
    let pointer: OpaquePointer

    fileprivate init() {
      guard let pointer = unsafe EVP_MD_fetch(nil, "SHA256", nil) else { OpenSSL.giveUp("find SHA-256") }
      unsafe self.pointer = pointer
    }
  }

  /// The one place where a failure ends the program: OpenSSL has no memory for a few hundred octets, or is
  /// installed without SHA-256. There is no right digest to go on with, and a wrong one would pass for a
  /// forged message.
  static func giveUp(_ what: String) -> Never {
    fatalError("OpenSSL cannot \(what): \(lastError())")
  }

  /// The oldest error of this thread in OpenSSL's own words; empties the queue.
  static func lastError() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return "no reason given" }
    guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: reason)
  }
}

/// Owns an EVP_PKEY. OpenSSL lets any number of threads use a finished key at once.
@safe final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe EVP_PKEY_free(pointer) }
}
