internal import COpenSSL

/// Makes an OpenSSL key out of numbers that stand in DER. OpenSSL's own readers of DER take 40 times as long.
enum RSAKeyBuilder {
  /// By the names OpenSSL has for them, in the order in which a private key lists them. // RFC 8017 §A.1.2
  static let names: [StaticString] = [
    "n", "e", "d", "rsa-factor1", "rsa-factor2", "rsa-exponent1", "rsa-exponent2", "rsa-coefficient1",
  ]

  /// Two numbers make a public key, eight a private one. `nil` where OpenSSL refuses; its error queue says why.
  static func key(_ numbers: [DERInteger], in octets: Span<UInt8>) -> KeyHandle? {
    // OpenSSL takes numbers in the order of octets that the machine has.
    var native: [UInt8] = []
    native.reserveCapacity(numbers.reduce(0) { $0 + $1.magnitude.count })
    for number in numbers {
      #if _endian(little)
        for i in number.magnitude.reversed() { native.append(octets[i]) }
      #else
        for i in number.magnitude { native.append(octets[i]) }
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
