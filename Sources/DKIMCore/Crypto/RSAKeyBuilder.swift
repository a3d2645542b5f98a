internal import COpenSSL

/// Creates an OpenSSL key from numbers in DER. OpenSSL's own DER parsers take 40 times as long.
enum RSAKeyBuilder {
  /// OpenSSL's names of the numbers, in the order in which a private key lists them. // RFC 8017 §A.1.2
  static let names: [StaticString] = [
    "n", "e", "d", "rsa-factor1", "rsa-factor2", "rsa-exponent1", "rsa-exponent2", "rsa-coefficient1",
  ]

  /// Creates a public key from two numbers or a private key from eight. Returns `nil` if OpenSSL rejects them; the
  /// reason is in its error queue.
  static func key(_ numbers: [DERInteger], in bytes: Span<UInt8>) -> KeyHandle? {
    // OpenSSL expects numbers in the byte order of the machine.
    var native: [UInt8] = []
    native.reserveCapacity(numbers.reduce(0) { $0 + $1.magnitude.count })
    for number in numbers {
      #if _endian(little)
        for i in number.magnitude.reversed() { native.append(bytes[i]) }
      #else
        for i in number.magnitude { native.append(bytes[i]) }
      #endif
    }
    let selection = numbers.count > 2 ? keyPair : publicKey
    return unsafe native.withUnsafeMutableBytes { buffer in
      // The parameters point into the buffer and at static strings; both outlive the call.
      var parameters: [OSSL_PARAM] = unsafe []
      var offset = 0
      for (name, number) in zip(names, numbers) {
        let part = unsafe buffer.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self)
        let label = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        unsafe parameters.append(OSSL_PARAM_construct_BN(label, part, number.magnitude.count))
        offset += number.magnitude.count
      }
      unsafe parameters.append(OSSL_PARAM_construct_end())
      return unsafe make(&parameters, selection)
    }
  }

  private static let publicKey = OSSL_KEYMGMT_SELECT_ALL_PARAMETERS | OSSL_KEYMGMT_SELECT_PUBLIC_KEY
  private static let keyPair = publicKey | OSSL_KEYMGMT_SELECT_PRIVATE_KEY

  private static func make(_ parameters: inout [OSSL_PARAM], _ selection: CInt) -> KeyHandle? {
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard unsafe EVP_PKEY_fromdata_init(context) == 1,
      unsafe EVP_PKEY_fromdata(context, &key, selection, &parameters) == 1, let key = unsafe key
    else { return nil }
    return unsafe KeyHandle(owning: key)
  }
}
