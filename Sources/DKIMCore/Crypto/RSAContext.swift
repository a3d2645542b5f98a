internal import COpenSSL
import Synchronization

/// RSASSA-PKCS1-v1_5 over precomputed SHA-256 digests. // RFC 6376 §3.3.3, RFC 8017 §8.2
///
/// One prepared context is kept. A thread that finds it in use prepares its own instead of waiting.
@safe final class RSAContext: @unchecked Sendable {
  enum Use { case signing, verifying }

  private let key: KeyHandle
  private let use: Use
  /// Only used while `lock` is held.
  private let prepared: OpaquePointer
  private let lock = Mutex<Void>(())

  /// Returns `nil` if OpenSSL rejects the key; the reason is in its error queue.
  init?(_ key: KeyHandle, for use: Use) {
    guard let prepared = unsafe Self.prepare(key, for: use) else { return nil }
    self.key = key
    self.use = use
    unsafe self.prepared = prepared
  }

  deinit { unsafe EVP_PKEY_CTX_free(prepared) }

  /// Signs a digest. The signature is as long as the modulus; `nil` if OpenSSL fails, with the reason in its error
  /// queue.
  func sign(digest: [UInt8]) -> [UInt8]? {
    let length = Int(unsafe EVP_PKEY_get_size(key.pointer))
    guard length > 0 else { return nil }
    var done = false
    let signature = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let output = buffer.baseAddress
      var written = length
      done = unsafe withContext { unsafe EVP_PKEY_sign($0, output, &written, digest, digest.count) }
      count = done ? written : 0
    }
    return done ? signature : nil
  }

  func verify(signature: [UInt8], digest: [UInt8]) -> Bool {
    unsafe withContext { unsafe EVP_PKEY_verify($0, signature, signature.count, digest, digest.count) }
  }

  private func withContext(_ body: (OpaquePointer) -> CInt) -> Bool {
    if let result = lock.withLockIfAvailable({ _ in unsafe body(prepared) }) { return result == 1 }
    guard let fresh = unsafe Self.prepare(key, for: use) else { return false }
    defer { unsafe EVP_PKEY_CTX_free(fresh) }
    return unsafe body(fresh) == 1
  }

  private static func prepare(_ key: KeyHandle, for use: Use) -> OpaquePointer? {
    guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil) else { return nil }
    let begun =
      switch use {
      case .signing: unsafe EVP_PKEY_sign_init(context)
      case .verifying: unsafe EVP_PKEY_verify_init(context)
      }
    guard begun == 1, unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
      unsafe EVP_PKEY_CTX_set_signature_md(context, OpenSSL.sha256.pointer) == 1
    else {
      unsafe EVP_PKEY_CTX_free(context)
      return nil
    }
    return unsafe context
  }
}
