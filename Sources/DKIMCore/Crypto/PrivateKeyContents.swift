/// The contents of a private key in DER.
enum PrivateKeyContents {
  /// The eight numbers in the order of RSAPrivateKey, and the size of the modulus in bits. // RFC 8017 §A.1.2
  case rsa([DERInteger], bits: Int)
  /// The range of the 32-byte private key. // RFC 8410 §7
  case ed25519(seed: Range<Int>)

  /// Parses PKCS#8 or PKCS#1. // RFC 5958 §2, RFC 8017 §A.1.2
  init(der: Span<UInt8>) throws(SigningKeyError) {
    let found: Found
    do {
      found = try Self.find(in: der)
    } catch {
      throw error.fault == .truncated ? .truncated : .malformed(error)
    }
    switch found {
    case .refused(let refusal): throw refusal
    case .ed25519(let seed): self = .ed25519(seed: seed)
    case .rsa(let numbers): self = .rsa(numbers, bits: try Self.check(numbers, in: der))
    }
  }

  private enum Found {
    case rsa([DERInteger])
    case ed25519(Range<Int>)
    case refused(SigningKeyError)
  }

  private static func find(in der: Span<UInt8>) throws(DERError) -> Found {
    var outer = DERReader(der.indices)
    var key = try outer.enter(in: der)
    try outer.requireEnd()
    // All private keys begin with a version; public keys, certificates and encrypted keys begin with a SEQUENCE.
    if key.nextTag(in: der) == DER.sequence { return try describeUnexpectedKey(&key, in: der) }
    let version = try key.readInteger(in: der)
    switch key.nextTag(in: der) {
    case DER.sequence: return try findPKCS8(&key, in: der)
    case DER.octetString: return .refused(.wrongType("EC"))
    default: break
    }
    var numbers: [DERInteger] = []
    while key.nextTag(in: der) == DER.integer, numbers.count < 8 { numbers.append(try key.readInteger(in: der)) }
    switch numbers.count {
    case 8 where version.isZero:
      try key.requireEnd()
      return .rsa(numbers)
    case 8: return .refused(.wrongType("multi-prime RSA"))
    // A public RSA key has only a modulus, which was read as the version, and an exponent.
    case 1: return .refused(.publicKey)
    case 5: return .refused(.wrongType("DSA"))
    default: throw DERError(fault: .truncated, offset: key.offset)
    }
  }

  /// Parses the part of PKCS#8 after the version. // RFC 5958 §2
  private static func findPKCS8(_ key: inout DERReader, in der: Span<UInt8>) throws(DERError) -> Found {
    let algorithm = try KeyAlgorithm.read(&key, in: der)
    let contents = try key.read(DER.octetString, in: der)
    if key.nextTag(in: der) == DER.context0 { _ = try key.read(DER.context0, in: der) }
    if key.nextTag(in: der) == DER.context1 { _ = try key.read(DER.context1, in: der) }
    try key.requireEnd()
    var inner = DERReader(contents)
    switch algorithm {
    case .other(let name): return .refused(.wrongType(name))
    case .encryption: return .refused(.encrypted)
    case .ed25519:
      let seed = try inner.read(DER.octetString, in: der)
      try inner.requireEnd()
      guard seed.count == Ed25519.keyLength else { throw DERError(fault: .valueForm, offset: seed.lowerBound) }
      return .ed25519(seed)
    case .rsa:
      // The contents are PKCS#1, which cannot contain PKCS#8 again.
      var numbers = try inner.enter(in: der)
      try inner.requireEnd()
      let version = try numbers.readInteger(in: der)
      guard version.isZero else { return .refused(.wrongType("multi-prime RSA")) }
      var found: [DERInteger] = []
      for _ in RSAKeyBuilder.names { found.append(try numbers.readInteger(in: der)) }
      try numbers.requireEnd()
      return .rsa(found)
    }
  }

  /// Identifies data that is not a private key, or is an encrypted one.
  private static func describeUnexpectedKey(_ key: inout DERReader, in der: Span<UInt8>) throws(DERError) -> Found {
    var inside = key
    let first = try inside.enter(in: der)
    // An AlgorithmIdentifier begins with an object identifier; the contents of a certificate do not.
    guard first.nextTag(in: der) == DER.objectIdentifier else { return .refused(.certificate) }
    let algorithm = try KeyAlgorithm.read(&key, in: der)
    return .refused(algorithm == .encryption ? .encrypted : .publicKey)
  }

  /// Checks that all numbers are usable and returns the size of the key in bits.
  private static func check(_ numbers: [DERInteger], in der: Span<UInt8>) throws(SigningKeyError) -> Int {
    guard let modulus = numbers.first, numbers.allSatisfy(\.isPositive) else { throw .inconsistent }
    let bits: Int
    do throws(PublicKeyError) {
      bits = try RSAPublicNumbers(modulus, numbers[1], in: der).bits
    } catch {
      if case .tooLarge(let bits, let limit) = error { throw .tooLarge(bits: bits, limit: limit) }
      throw .invalidPublicNumbers(error)
    }
    guard bits >= RSAPublicNumbers.minimumBits else { throw .tooSmall(bits: bits) }
    let fits = numbers.allSatisfy { $0.magnitude.count <= modulus.magnitude.count }
    // The primes p and q are the fourth and fifth number.
    guard fits, !numbers[3].isEven(in: der), !numbers[4].isEven(in: der) else { throw .inconsistent }
    return bits
  }
}
