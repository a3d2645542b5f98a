internal import COpenSSL

/// A check that the eight numbers of a private RSA key belong together. // RFC 8017 §3.2
///
/// Signing and verifying once is not enough: OpenSSL does not need all of the numbers, so damage to some of them would
/// go unnoticed. Whether the factors are primes is not tested: this would take longer than all other checks together,
/// and a key with composite factors does not produce valid signatures.
enum RSAConsistency {
  static func holds(_ numbers: [DERInteger], in bytes: Span<UInt8>) -> Bool {
    guard numbers.count == RSAKeyBuilder.names.count, let context = unsafe BN_CTX_secure_new() else { return false }
    defer { unsafe BN_CTX_free(context) }
    unsafe BN_CTX_start(context)
    defer { unsafe BN_CTX_end(context) }
    // The context owns the numbers and clears them at the end.
    var n: [OpaquePointer] = unsafe []
    for number in numbers {
      let bytes = bytes.extracting(number.magnitude)
      guard let blank = unsafe BN_CTX_get(context),
        let value = unsafe bytes.withUnsafeBufferPointer({
          unsafe BN_bin2bn($0.baseAddress, CInt($0.count), blank)
        })
      else { return false }
      unsafe n.append(value)
    }
    guard let product = unsafe BN_CTX_get(context), let pLess1 = unsafe BN_CTX_get(context),
      let qLess1 = unsafe BN_CTX_get(context)
    else { return false }
    let (modulus, e, d, p, q) = unsafe (n[0], n[1], n[2], n[3], n[4])
    func areInverse(_ a: OpaquePointer, _ b: OpaquePointer, modulo m: OpaquePointer) -> Bool {
      unsafe BN_mod_mul(product, a, b, m, context) == 1 && BN_is_one(product) == 1
    }
    return unsafe BN_mul(product, p, q, context) == 1 && BN_cmp(product, modulus) == 0
      && BN_sub(pLess1, p, BN_value_one()) == 1 && BN_sub(qLess1, q, BN_value_one()) == 1
      && areInverse(e, d, modulo: pLess1) && areInverse(e, d, modulo: qLess1)
      && areInverse(e, n[5], modulo: pLess1) && areInverse(e, n[6], modulo: qLess1)
      && areInverse(n[7], q, modulo: p)
  }
}
