internal import COpenSSL

/// Serialization of keys for storage and publication.
enum PrivateKeyFormat {
  /// Returns the key as unencrypted PKCS#8 in PEM format. // RFC 5958 §2, RFC 7468 §10
  static func pem(_ key: KeyHandle) -> String {
    guard let memory = unsafe BIO_new(BIO_s_mem()) else { OpenSSL.giveUp("write a private key") }
    defer { unsafe BIO_free(memory) }
    guard unsafe PEM_write_bio_PKCS8PrivateKey(memory, key.pointer, nil, nil, 0, nil, nil) == 1 else {
      OpenSSL.giveUp("write a private key")
    }
    var text = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(memory))
    guard unsafe BIO_read(memory, &text, CInt(text.count)) == CInt(text.count) else {
      OpenSSL.giveUp("write a private key")
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the contents of the `p=` tag for an RSA key. Returns `nil` if OpenSSL fails.
  static func subjectPublicKeyInfo(_ key: KeyHandle) -> [UInt8]? {
    let length = Int(unsafe i2d_PUBKEY(key.pointer, nil))
    guard length > 0 else { return nil }
    var written = 0
    let der = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      var position = buffer.baseAddress
      written = Int(unsafe i2d_PUBKEY(key.pointer, &position))
      count = max(0, min(written, length))
    }
    return written == length ? der : nil
  }
}
