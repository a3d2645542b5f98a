/// The modulus and exponent of an RSA key, read from DER and checked.
struct RSAPublicNumbers {
  /// The minimum size of keys for signatures. // RFC 8301 §3.2
  static let minimumBits = 1024
  /// The maximum size of keys. Verifiers may support more than 4096 bits, but some limit is needed. The same limit
  /// applies to signing, so that nothing is signed that this library could not verify.
  /// // RFC 8301 §3.2, RFC 6376 §3.3.3
  static let maximumBits = 8192

  let modulus: DERInteger
  let exponentInteger: DERInteger
  /// The size of the modulus in bits.
  let bits: Int
  let exponent: UInt64

  /// Parses SubjectPublicKeyInfo, which is what domains publish, or bare RSAPublicKey, which is what the text of the
  /// standard specifies. // RFC 6376 §3.6.1, RFC 8017 §A.1.1, RFC 5280 §4.1
  init(der: Span<UInt8>) throws(PublicKeyError) {
    let found: Found
    do { found = try Self.find(in: der) } catch { throw .malformed(error) }
    switch found {
    case .numbers(let modulus, let exponent): try self.init(modulus, exponent, in: der)
    case .otherAlgorithm(let name): throw .wrongAlgorithm(name)
    case .privateKey: throw .privateKey
    }
  }

  /// Checks the requirements for a usable key; only counts bits. // RFC 8017 §3.1
  init(_ modulus: DERInteger, _ exponent: DERInteger, in bytes: Span<UInt8>) throws(PublicKeyError) {
    guard modulus.isPositive else { throw .modulusNotPositive }
    let bits = modulus.bits(in: bytes)
    guard bits <= Self.maximumBits else { throw .tooLarge(bits: bits, limit: Self.maximumBits) }
    guard !modulus.isEven(in: bytes) else { throw .modulusEven }
    guard exponent.isPositive else { throw .unsupportedExponent }
    let exponentBits = exponent.bits(in: bytes)
    guard exponentBits <= 64 else { throw .exponentTooLarge(bits: exponentBits) }
    guard !exponent.isEven(in: bytes), exponentBits > 1 else { throw .unsupportedExponent }
    self.modulus = modulus
    self.exponentInteger = exponent
    self.bits = bits
    self.exponent = exponent.magnitude.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }

  private enum Found {
    case numbers(DERInteger, DERInteger)
    case otherAlgorithm(String)
    case privateKey
  }

  private static func find(in der: Span<UInt8>) throws(DERError) -> Found {
    var outer = DERReader(der.indices)
    var key = try outer.enter(in: der)
    try outer.requireEnd()
    if key.nextTag(in: der) == DER.sequence {
      switch try KeyAlgorithm.read(&key, in: der) {
      case .rsa: break
      case .ed25519: return .otherAlgorithm("Ed25519")
      case .other(let name): return .otherAlgorithm(name)
      case .encryption: return .privateKey
      }
      let contents = try key.readBitString(in: der)
      try key.requireEnd()
      var inner = DERReader(contents)
      key = try inner.enter(in: der)
      try inner.requireEnd()
    }
    let modulus = try key.readInteger(in: der)
    // A private key begins with its version, 0. If the first number is a modulus of 0, only its exponent follows.
    if modulus.isZero, key.nextTag(in: der) == DER.sequence { return .privateKey }
    let exponent = try key.readInteger(in: der)
    if modulus.isZero, key.nextTag(in: der) == DER.integer { return .privateKey }
    try key.requireEnd()
    return .numbers(modulus, exponent)
  }
}
