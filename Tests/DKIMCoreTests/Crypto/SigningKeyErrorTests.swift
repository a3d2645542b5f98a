import Testing

@testable import DKIMCore

@Suite struct CryptoSigningKeyErrorTests {
  @Test(
    arguments: [
      ("", .empty), (" \r\n\t", .empty), ("hello, world", .notAKey), ("====", .notAKey),
      ("AAAA", .notASeed(bytes: 3)), (Base64.encode([UInt8](repeating: 1, count: 64)), .notASeed(bytes: 64)),
      (KeyFixtures.encryptedPKCS1, .encrypted), (KeyFixtures.encryptedPKCS8, .encrypted),
      (Base64.encode(Crypto.der(KeyFixtures.encryptedPKCS8)), .encrypted),
      (KeyFixtures.pkcs8Public, .publicKey), (Base64.encode(Crypto.der(KeyFixtures.pkcs8Public)), .publicKey),
      (Base64.encode(Array(Crypto.der(KeyFixtures.pkcs8Public).dropFirst(24))), .publicKey),
      (KeyFixtures.certificate, .certificate), (Base64.encode(Crypto.der(KeyFixtures.certificate)), .certificate),
      (KeyFixtures.ec, .wrongType("EC")), (KeyFixtures.ec8, .wrongType("EC")), (KeyFixtures.dsa, .wrongType("DSA")),
      (KeyFixtures.pss, .wrongType("RSA-PSS")), (KeyFixtures.x25519, .wrongType("X25519")),
      (KeyFixtures.openSSH, .openSSH), (KeyFixtures.bits1023, .tooSmall(bits: 1023)),
      ("-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----\n", .otherBlock(label: "PGP MESSAGE")),
      ("-----BEGIN PRIVATE KEY-----\nA*B\n-----END PRIVATE KEY-----\n", .badBase64),
      ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", .truncated),
      ("-----BEGIN PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n", .truncated),
      ("-----BEGIN PRIVATE KEY", .notAKey), ("-----BEGIN X\u{8}Y-----\n-----END X\u{8}Y-----\n", .notAKey),
      ("-----BEGIN -----", .otherBlock(label: "")),
      ("-----BEGIN A~B-----\nAAAA\n-----END A~B-----\n", .otherBlock(label: "A~B")),
      ("-----BEGIN A B-----\nAAAA\n-----END A B-----\n", .otherBlock(label: "A B")),
      ("-----BEGIN A\u{7F}B-----\nAAAA\n-----END A\u{7F}B-----\n", .notAKey),
    ] as [(String, SigningKeyError)])
  func refused(_ text: String, _ error: SigningKeyError) {
    #expect(throws: error) { try Crypto.signingKey(text) }
  }

  @Test(arguments: [KeyFixtures.pkcs1, KeyFixtures.pkcs8, KeyFixtures.ed25519])
  func `every prefix`(_ pem: String) {
    let bytes = Array(pem.utf8)
    for count in stride(from: 28, to: bytes.count - 1, by: 7) {
      let prefix = Array(bytes.prefix(count))
      #expect(throws: SigningKeyError.self) { try SigningKey(prefix) }
    }
    let der = Crypto.der(pem)
    for count in 33..<der.count {
      let prefix = Array(Base64.encode(Array(der.prefix(count))).utf8)
      #expect(throws: SigningKeyError.truncated) { try SigningKey(prefix) }
    }
  }

  /// A change of any byte of the secret numbers is detected.
  @Test func `every byte changed`() {
    let der = Crypto.der(KeyFixtures.rfc8463RSA)
    let parts = 138..<der.count
    var refused = 0
    for i in parts {
      var changed = der
      changed[i] ^= 0x10
      do {
        _ = try Crypto.signingKey(Base64.encode(changed))
      } catch {
        refused += 1
      }
    }
    #expect(refused == parts.count)
  }

  private func privateKey(_ numbers: [[UInt8]], version: UInt8 = 0) -> String {
    Base64.encode(MakeDER.element(DER.sequence, MakeDER.integer([version]) + numbers.flatMap { $0 }))
  }

  @Test func numbers() {
    let one = MakeDER.integer([3])
    func key(_ modulus: [UInt8], _ exponent: [UInt8] = MakeDER.exponent) -> String {
      privateKey([modulus, exponent, one, one, one, one, one, one])
    }
    let cases: [(String, SigningKeyError)] = [
      (key(MakeDER.integer(bits: 8193)), .tooLarge(bits: 8193, limit: 8192)),
      (key(MakeDER.integer(bits: 512)), .tooSmall(bits: 512)),
      (key(MakeDER.integer(bits: 2048, odd: false)), .invalidPublicNumbers(.modulusEven)),
      (key(MakeDER.integer(bits: 2048), MakeDER.integer([1])), .invalidPublicNumbers(.unsupportedExponent)),
      (key(MakeDER.integer(bits: 2048), MakeDER.integer(bits: 65)), .invalidPublicNumbers(.exponentTooLarge(bits: 65))),
      (key(MakeDER.integer(bits: 2048)), .inconsistent),
      (key(MakeDER.integer([0])), .inconsistent),
      (privateKey([one, one, one, one, one, one, one, one], version: 1), .wrongType("multi-prime RSA")),
      (privateKey([one, one, one, one, one]), .wrongType("DSA")),
    ]
    for (text, error) in cases {
      #expect(throws: error) { try Crypto.signingKey(text) }
    }
  }

  /// Each text states what was found and what is expected.
  @Test(
    arguments: [
      .empty, .notAKey, .notASeed(bytes: 3), .truncated, .badBase64, .malformed(DERError(fault: .trailing, offset: 9)),
      .encrypted, .publicKey, .certificate, .otherBlock(label: "X"), .openSSH, .wrongType("EC"), .tooSmall(bits: 512),
      .tooLarge(bits: 20000, limit: 8192), .invalidPublicNumbers(.modulusEven), .inconsistent,
    ] as [SigningKeyError])
  func sentences(_ error: SigningKeyError) {
    let text = error.description
    #expect(text.contains("needed") || text.contains("must be") || text.contains("limit") || text.contains("needs"))
    #expect(!text.contains("dkimtool"))
  }
}
