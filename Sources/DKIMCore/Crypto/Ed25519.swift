internal import COpenSSL

/// PureEdDSA with the curve Ed25519. The signed data is the SHA-256 digest. // RFC 8463 §3, RFC 8032 §5.1
enum Ed25519 {
  static let keyLength = 32
  static let signatureLength = 64

  static func publicKey(_ bytes: Span<UInt8>) -> KeyHandle? {
    guard
      let key = unsafe bytes.withUnsafeBufferPointer({
        unsafe EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, $0.baseAddress, $0.count)
      })
    else { return nil }
    return unsafe KeyHandle(owning: key)
  }

  static func privateKey(seed: Span<UInt8>) -> KeyHandle? {
    guard
      let key = unsafe seed.withUnsafeBufferPointer({
        unsafe EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, $0.baseAddress, $0.count)
      })
    else { return nil }
    return unsafe KeyHandle(owning: key)
  }

  /// Returns the public key that belongs to a private key.
  static func publicBytes(of key: KeyHandle) -> [UInt8]? {
    var length = keyLength
    var bytes = [UInt8](repeating: 0, count: length)
    guard unsafe EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &length) == 1, length == keyLength else {
      return nil
    }
    return bytes
  }

  /// Signs a digest. Returns `nil` if OpenSSL fails; the reason is in its error queue.
  static func sign(digest: [UInt8], with key: KeyHandle) -> [UInt8]? {
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key.pointer, nil) == 1 else { return nil }
    var length = signatureLength
    var signature = [UInt8](repeating: 0, count: length)
    guard unsafe EVP_DigestSign(context, &signature, &length, digest, digest.count) == 1, length == signatureLength
    else { return nil }
    return signature
  }

  static func verify(signature: [UInt8], digest: [UInt8], with key: KeyHandle) -> Bool {
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key.pointer, nil) == 1
      && EVP_DigestVerify(context, signature, signature.count, digest, digest.count) == 1
  }
}
