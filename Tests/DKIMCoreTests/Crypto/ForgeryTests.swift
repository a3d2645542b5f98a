import Testing

@testable import DKIMCore

@Suite struct CryptoForgeryTests {
  static let digest = Crypto.digest("forgery")

  private func key() throws -> VerificationKey {
    try Crypto.verificationKey(for: try Crypto.signingKey(KeyFixtures.rfc8463RSA))
  }

  @Test func genuine() throws {
    #expect(try key().verify(signature: Crypto.bytes(SignatureFixtures.genuine), digest: Self.digest))
  }

  @Test(arguments: SignatureFixtures.forgeries)
  func padding(_ what: String, _ base64: String) throws {
    let signature = Crypto.bytes(base64)
    #expect(signature.count == 128)
    #expect(try !key().verify(signature: signature, digest: Self.digest), "\(what)")
    // The key does not remember it either.
    #expect(try key().verify(signature: Crypto.bytes(SignatureFixtures.genuine), digest: Self.digest))
  }

  @Test func `numbers of their own`() throws {
    let key = try key()
    let modulus = Array(Crypto.der(KeyFixtures.rfc8463RSA)[11...].prefix(128))
    let zero = [UInt8](repeating: 0, count: 128)
    var one = zero
    one[127] = 1
    var oneLess = modulus
    oneLess[127] -= 1
    for signature in [zero, one, modulus, oneLess, [UInt8](repeating: 0xFF, count: 128), [], [0], [1]] {
      #expect(!key.verify(signature: signature, digest: Self.digest))
    }
  }

  @Test func `sum with the modulus`() throws {
    let digest = Crypto.digest("sum 6")
    #expect(try key().verify(signature: Crypto.bytes(SignatureFixtures.overSum), digest: digest))
    #expect(try !key().verify(signature: Crypto.bytes(SignatureFixtures.overSumPlusModulus), digest: digest))
  }

  @Test func lengths() throws {
    let key = try key()
    let genuine = Crypto.bytes(SignatureFixtures.genuine)
    #expect(!key.verify(signature: [0] + genuine, digest: Self.digest))
    #expect(!key.verify(signature: genuine + [0], digest: Self.digest))
    #expect(!key.verify(signature: genuine.dropLast(), digest: Self.digest))
    // A leading zero byte is part of the signature.
    let zero = Crypto.bytes(SignatureFixtures.overZero)
    #expect(key.verify(signature: zero, digest: Crypto.digest("zero 119")))
    #expect(!key.verify(signature: Array(zero.dropFirst()), digest: Crypto.digest("zero 119")))
    // Not a digest.
    #expect(!key.verify(signature: genuine, digest: []))
    #expect(!key.verify(signature: genuine, digest: Self.digest + [0]))
  }

  @Test func `cube root`() throws {
    let key = try Crypto.verificationKey(rsa: Crypto.bytes(PublicKeyFixture.exponent3.key))
    let root = Crypto.bytes(SignatureFixtures.cubeRoot)
    #expect(root.count == 256)
    #expect(!key.verify(signature: root, digest: Self.digest))
  }

  @Test func `every bit of a signature`() throws {
    let key = try key()
    let genuine = Crypto.bytes(SignatureFixtures.genuine)
    for bit in 0..<genuine.count * 8 {
      var changed = genuine
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!key.verify(signature: changed, digest: Self.digest))
    }
  }
}

@Suite struct CryptoEd25519ForgeryTests {
  static let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
  static let digest = Crypto.digest("forgery")

  /// S + L has the same remainder; S must be below L. // RFC 8032 §5.1.7
  @Test func malleable() throws {
    let key = try Crypto.signingKey(Self.seed)
    var signature = try key.sign(digest: Self.digest)
    let verifier = try Crypto.verificationKey(for: key)
    #expect(verifier.verify(signature: signature, digest: Self.digest))
    let order: [UInt8] =
      [0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14]
      + [UInt8](repeating: 0, count: 15) + [0x10]
    var carry = 0
    for i in order.indices {
      let sum = Int(signature[32 + i]) + Int(order[i]) + carry
      signature[32 + i] = UInt8(sum & 0xFF)
      carry = sum >> 8
    }
    #expect(carry == 0)
    #expect(!verifier.verify(signature: signature, digest: Self.digest))
  }

  @Test func lengths() throws {
    let key = try Crypto.signingKey(Self.seed)
    let verifier = try Crypto.verificationKey(for: key)
    let signature = try key.sign(digest: Self.digest)
    let zeroes = [UInt8](repeating: 0, count: 64)
    for wrong: [UInt8] in [[], [0], signature.dropLast(), signature + [0], zeroes] {
      #expect(!verifier.verify(signature: wrong, digest: Self.digest))
    }
    #expect(!verifier.verify(signature: signature, digest: Crypto.digest("other")))
  }

  /// The digest is signed, not the message. // RFC 8463 §3
  @Test func `over the message`() throws {
    let key = try Crypto.signingKey(Self.seed)
    let twice = try key.sign(digest: Crypto.digest(Self.digest))
    #expect(try !Crypto.verificationKey(for: key).verify(signature: twice, digest: Self.digest))
  }

  /// Points of order 1, 2, 4 and 8, and bytes that are not a point: no crash, and no signature by another key verifies.
  @Test(arguments: [
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "7P///////////////////////////////////////38=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=",
    "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=", "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=",
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=", "//////////////////////////////////////////8=",
    "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  ])
  func `small order`(_ base64: String) throws {
    let point = Crypto.bytes(base64)
    let signature = try Crypto.signingKey(Self.seed).sign(digest: Self.digest)
    guard let verifier = try? Crypto.verificationKey(ed25519: point) else { return }
    #expect(!verifier.verify(signature: signature, digest: Self.digest))
    let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 63)
    for head in [point, Array(identity.prefix(32))] {
      _ = verifier.verify(signature: head + identity.dropFirst(32), digest: Self.digest)
    }
  }
}
