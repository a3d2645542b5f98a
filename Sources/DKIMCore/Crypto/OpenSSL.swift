internal import COpenSSL

/// Shared helpers for the use of OpenSSL.
enum OpenSSL {
  /// SHA-256, fetched once: each fetch costs more than hashing a header.
  static let sha256 = Algorithm()

  @safe final class Algorithm: @unchecked Sendable {
    /// Lives as long as the program; OpenSSL only reads it, on any thread.
    let pointer: OpaquePointer

    fileprivate init() {
      guard let pointer = unsafe EVP_MD_fetch(nil, "SHA256", nil) else { OpenSSL.giveUp("find SHA-256") }
      unsafe self.pointer = pointer
    }
  }

  /// Terminates the program; this is the only place where a failure does so. Called when OpenSSL has no memory for a
  /// small amount of data or lacks a hash function: without a digest the program cannot continue, and with a wrong one
  /// genuine messages would look forged.
  static func giveUp(_ what: String) -> Never {
    fatalError("OpenSSL cannot \(what): \(lastError())")
  }

  /// Returns OpenSSL's text for the oldest error of this thread and clears the error queue.
  static func lastError() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return "no reason given" }
    guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: reason)
  }
}

/// Owns an EVP_PKEY. OpenSSL allows any number of threads to use a complete key at the same time.
@safe final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe EVP_PKEY_free(pointer) }
}
