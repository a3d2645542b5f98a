import Testing

@testable import DKIMCore

@Suite struct CryptoVerificationKeyTests {
  /// RFC 6376 §C: SubjectPublicKeyInfo, and the RSAPublicKey inside it.
  @Test func `both forms`() throws {
    let info = Crypto.der(KeyFixtures.rfc6376Public)
    let bare = Array(info.dropFirst(22))
    let signature = try Crypto.signingKey(KeyFixtures.rfc6376RSA).sign(digest: Crypto.digest("x"))
    for der in [info, bare] {
      let key = try Crypto.verificationKey(rsa: der)
      #expect(key.type == .rsa)
      #expect(key.bits == 1024)
      #expect(key.exponent == 65537)
      #expect(key.verify(signature: signature, digest: Crypto.digest("x")))
      #expect(!key.verify(signature: signature, digest: Crypto.digest("y")))
    }
  }

  @Test func `parameters left out`() throws {
    let bare = Array(Crypto.der(KeyFixtures.rfc6376Public).dropFirst(22))
    let info = MakeDER.subjectPublicKeyInfo(algorithm: MakeDER.rsaIdentifier, key: bare)
    #expect(try Crypto.verificationKey(rsa: info).bits == 1024)
  }

  @Test(arguments: PublicKeyFixture.all)
  func `uncommon sizes`(_ fixture: PublicKeyFixture) throws {
    let key = try Crypto.verificationKey(rsa: Crypto.bytes(fixture.key))
    #expect(key.bits == fixture.bits)
    #expect(key.exponent == fixture.exponent)
    let signature = Crypto.bytes(fixture.signature)
    #expect(key.verify(signature: signature, digest: Crypto.digest("forgery")))
    #expect(!key.verify(signature: signature, digest: Crypto.digest("other")))
  }

  static let modulus = MakeDER.integer(bits: 1024)
  static let exponent = MakeDER.exponent

  @Test(
    arguments: [
      ([MakeDER.integer([0]), exponent], .modulusNotPositive),
      ([MakeDER.integer([0xFF, 0x01]), exponent], .modulusNotPositive),
      ([MakeDER.integer(bits: 1024, odd: false), exponent], .modulusEven),
      ([modulus, MakeDER.integer([0])], .unsupportedExponent),
      ([modulus, MakeDER.integer([1])], .unsupportedExponent),
      ([modulus, MakeDER.integer([4])], .unsupportedExponent),
      ([modulus, MakeDER.integer([0xFD])], .unsupportedExponent),
      ([modulus, MakeDER.integer(bits: 65)], .exponentTooLarge(bits: 65)),
      ([MakeDER.integer(bits: 8193), exponent], .tooLarge(bits: 8193, limit: 8192)),
      // The size is checked before anything else.
      ([MakeDER.integer(bits: 60_000, odd: false), exponent], .tooLarge(bits: 60_000, limit: 8192)),
    ] as [([[UInt8]], PublicKeyError)])
  func `unusable numbers`(_ numbers: [[UInt8]], _ error: PublicKeyError) {
    let bare = MakeDER.sequence(numbers[0], numbers[1])
    #expect(throws: error) { try Crypto.verificationKey(rsa: bare) }
    let info = MakeDER.subjectPublicKeyInfo(algorithm: MakeDER.rsaIdentifier + MakeDER.null, key: bare)
    #expect(throws: error) { try Crypto.verificationKey(rsa: info) }
    #expect(!error.description.isEmpty)
  }

  @Test func `largest exponent`() throws {
    let key = try Crypto.verificationKey(rsa: MakeDER.sequence(Self.modulus, MakeDER.integer(bits: 64)))
    #expect(key.exponent == UInt64(1) << 63 | 1)
  }

  /// The caller decides whether small keys are accepted; here they must only be harmless.
  @Test(arguments: [1, 2, 8, 64, 256, 512, 1023])
  func `small keys`(_ bits: Int) throws {
    let der = MakeDER.sequence(MakeDER.integer(bits: bits), MakeDER.exponent)
    let key = try Crypto.verificationKey(rsa: der)
    #expect(key.bits == bits)
    let zeroes = [UInt8](repeating: 0, count: (bits + 7) / 8)
    #expect(!key.verify(signature: zeroes, digest: Crypto.digest("")))
  }

  @Test func `other algorithms`() throws {
    let ed25519 = MakeDER.subjectPublicKeyInfo(
      algorithm: MakeDER.ed25519Identifier, key: [UInt8](repeating: 9, count: 32))
    #expect(throws: PublicKeyError.wrongAlgorithm("Ed25519")) { try Crypto.verificationKey(rsa: ed25519) }
    #expect(throws: PublicKeyError.ed25519Length(44)) { try Crypto.verificationKey(ed25519: ed25519) }
    let ec = MakeDER.subjectPublicKeyInfo(
      algorithm: MakeDER.ecIdentifier + [0x06, 0x01, 0x2A], key: [UInt8](repeating: 4, count: 65))
    #expect(throws: PublicKeyError.wrongAlgorithm("EC")) { try Crypto.verificationKey(rsa: ec) }
    let unknown = MakeDER.subjectPublicKeyInfo(algorithm: [0x06, 0x03, 0x2A, 0x86, 0x48], key: [])
    #expect(throws: PublicKeyError.wrongAlgorithm("1.2.840")) { try Crypto.verificationKey(rsa: unknown) }
  }

  @Test(arguments: [
    KeyFixtures.pkcs1, KeyFixtures.pkcs8, KeyFixtures.ed25519, KeyFixtures.encryptedPKCS8,
  ])
  func `published private key`(_ pem: String) {
    #expect(throws: PublicKeyError.privateKey) { try Crypto.verificationKey(rsa: Crypto.der(pem)) }
  }

  @Test(arguments: [0, 31, 33, 64])
  func `ed 25519 lengths`(_ length: Int) {
    let bytes = [UInt8](repeating: 1, count: length)
    #expect(throws: PublicKeyError.ed25519Length(length)) { try Crypto.verificationKey(ed25519: bytes) }
  }

  /// SubjectPublicKeyInfo with an algorithm that is not for DKIM. // RFC 8410 §3, X.690 §8.19
  @Test(
    arguments: [
      ([0x2B, 0x65, 0x71], "Ed448"), ([0x2B, 0x65, 0x6E], "X25519"), ([0x2B, 0x65, 0x6F], "X448"),
      ([0x2B, 0x81, 0x00], "1.3.128"), ([0x2A, 0x03, 0x04], "1.2.3.4"), ([0x88, 0x37, 0x03], "2.999.3"),
      ([0x2B, 0x65, 0x80], "unknown"),
    ] as [([UInt8], String)])
  func `keys of other algorithms are refused by name`(identifier: [UInt8], name: String) {
    let key = MakeDER.subjectPublicKeyInfo(algorithm: [0x06, UInt8(identifier.count)] + identifier, key: [])
    #expect(throws: PublicKeyError.wrongAlgorithm(name)) { try Crypto.verificationKey(rsa: key) }
  }
}
