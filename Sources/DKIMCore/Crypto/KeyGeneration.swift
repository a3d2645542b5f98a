internal import COpenSSL

extension SigningKey {
  /// Generates a new key. `bits` (1024 to 8192) applies to RSA only; the public exponent is 65537.
  /// // RFC 6376 §3.3.2, RFC 8301 §3.2
  public static func generate(_ type: KeyType, bits: Int = 2048) throws(SigningKeyError) -> SigningKey {
    switch type {
    case .ed25519:
      guard let key = generate("ED25519", bits: nil) else { throw .library(OpenSSL.lastError()) }
      return try SigningKey(ed25519: key)
    case .rsa:
      guard bits >= RSAPublicNumbers.minimumBits else { throw .tooSmall(bits: bits) }
      // Verifiers are not required to accept more than 4096 bits; this library accepts up to the limit below.
      let limit = RSAPublicNumbers.maximumBits
      guard bits <= limit else { throw .tooLarge(bits: bits, limit: limit) }
      guard let key = generate("RSA", bits: CInt(bits)) else { throw .library(OpenSSL.lastError()) }
      return try SigningKey(rsa: key, bits: bits)
    }
  }

  private static func generate(_ algorithm: String, bits: CInt?) -> KeyHandle? {
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_keygen_init(context) == 1 else { return nil }
    if let bits, unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) != 1 { return nil }
    var key: OpaquePointer?
    guard unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key else { return nil }
    return unsafe KeyHandle(owning: key)
  }
}
