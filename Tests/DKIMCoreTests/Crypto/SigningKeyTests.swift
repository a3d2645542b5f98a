import Testing
import TestSupport

@testable import DKIMCore

@Suite struct CryptoSigningKeyTests {
  @Test(arguments: [KeyFixtures.pkcs1, KeyFixtures.pkcs8])
  func rsa(_ pem: String) throws {
    let expected = Crypto.der(KeyFixtures.pkcs8Public)
    let forms = [
      pem, "Bag Attributes: <none>\nsubject=x\n" + pem + "trailing text\n", pem.replacing("\n", with: "\r\n"),
      KeyFixtures.certificate + "\n" + pem, "\u{FEFF}" + pem.replacing("\n", with: "\n  "),
      Base64.encode(Crypto.der(pem)), " \n" + Base64.encode(Crypto.der(pem)) + " \r\n",
    ]
    for form in forms {
      let key = try Crypto.signingKey(form)
      #expect(key.type == .rsa)
      #expect(key.bits == 2048)
      #expect(!key.isWeak)
      #expect(key.publicKey == expected)
      #expect(key.pem == KeyFixtures.pkcs8 + "\n")
      let digest = Crypto.digest("x")
      let signature = try key.sign(digest: digest)
      #expect(signature.count == 256)
      #expect(try Crypto.verificationKey(rsa: expected).verify(signature: signature, digest: digest))
    }
  }

  /// RFC 8463 §A.1, §A.2 and §A.3
  @Test func `rfc 8463`() throws {
    let fields = [
      "from:Joe SixPack <joe@football.example.com>", "to:Suzie Q <suzie@shopping.example.net>",
      "subject:Is dinner ready?", "date:Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
      "message-id:<20030712040037.46341.5F8J@football.example.com>",
      "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=football.example.com; i=@football.example.com; "
        + "q=dns/txt; s=brisbane; t=1528637909; h=from : to : subject : date : message-id : from : subject : date; "
        + "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=",
    ]
    let key = try Crypto.signingKey("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    #expect(key.type == .ed25519)
    #expect(key.bits == 256)
    #expect(!key.isWeak)
    #expect(Base64.encode(key.publicKey) == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    let signature = try key.sign(digest: Crypto.digest(fields.joined(separator: "\r\n")))
    #expect(
      Base64.encode(signature)
        == "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==")
  }

  @Test(arguments: [KeyFixtures.rfc8463RSA, KeyFixtures.rfc6376RSA])
  func `rfc keys`(_ pem: String) throws {
    let key = try Crypto.signingKey(pem)
    #expect(key.bits == 1024)
    #expect(key.isWeak)
  }

  @Test func `rfc 6376 public key`() throws {
    let key = try Crypto.signingKey(KeyFixtures.rfc6376RSA)
    #expect(key.publicKey == Crypto.der(KeyFixtures.rfc6376Public))
  }

  @Test func `ed 25519 forms`() throws {
    let pem = KeyFixtures.ed25519
    let der = Crypto.der(pem)
    let seed = Array(der.suffix(32))
    let expected = try Crypto.signingKey(Base64.encode(seed)).publicKey
    // Followed by the public key. // RFC 8410 §10.3
    let withPublicKey = MakeDER.sequence(
      MakeDER.integer([1]), MakeDER.sequence(MakeDER.ed25519Identifier), Array(der.suffix(36)),
      MakeDER.element(DER.context1, [0] + expected))
    let bare = String(Base64.encode(seed).prefix(43))
    for form in [pem, Base64.encode(der), " \(bare)\n=\n", bare, Base64.encode(withPublicKey)] {
      let key = try Crypto.signingKey(form)
      #expect(key.publicKey == expected)
      #expect(key.pem == pem + "\n")
    }
  }

  @Test(arguments: KeyType.allCases)
  func generated(_ type: KeyType) throws {
    let key = try SigningKey.generate(type, bits: 1024)
    let again = try Crypto.signingKey(key.pem)
    #expect(again.publicKey == key.publicKey)
    #expect(again.bits == (type == .rsa ? 1024 : 256))
    let verifier = try Crypto.verificationKey(for: key)
    #expect(verifier.exponent == (type == .rsa ? 65537 : nil))
    #expect(verifier.verify(signature: try again.sign(digest: Crypto.digest("x")), digest: Crypto.digest("x")))
  }

  @Test func `generated sizes`() throws {
    #expect(throws: SigningKeyError.tooSmall(bits: 1023)) { try SigningKey.generate(.rsa, bits: 1023) }
    #expect(throws: SigningKeyError.tooSmall(bits: .min)) { try SigningKey.generate(.rsa, bits: .min) }
    #expect(throws: SigningKeyError.tooLarge(bits: .max, limit: 8192)) { try SigningKey.generate(.rsa, bits: .max) }
    let odd = try SigningKey.generate(.rsa, bits: 1027)
    #expect(try Crypto.verificationKey(for: odd).bits == 1027)
    #expect(try odd.sign(digest: Crypto.digest("")).count == 129)
  }

  /// RFC 8301 §3.2
  @Test func `problems with key sizes`() throws {
    #expect(try SigningKey.generate(.rsa, bits: 2047).sizeProblem?.contains("2048 is recommended") == true)
    #expect(try SigningKey.generate(.rsa, bits: 2048).sizeProblem == nil)
    #expect(try SigningKey.generate(.ed25519).sizeProblem == nil)
    let keys = TestFiles.package.appending("Tests/Vectors/keys")
    #expect(try SigningKey(TestFiles.read(keys.appending("rsa4096.pem").string)).sizeProblem == nil)
    let large = try SigningKey(TestFiles.read(keys.appending("rsa8192.pem").string))
    #expect(
      large.sizeProblem
        == "the RSA key has 8192 bits; receivers are not required to accept more than 4096; 2048 is recommended")
  }

  @Test func `digests of other lengths`() throws {
    for type in KeyType.allCases {
      let key = try SigningKey.generate(type, bits: 1024)
      for count in [0, 31, 33] {
        #expect(throws: SigningKeyError.self) { try key.sign(digest: [UInt8](repeating: 0, count: count)) }
      }
      #expect(try key.sign(digest: Crypto.digest("")).count == (type == .rsa ? 128 : 64))
    }
  }

  /// More threads than prepared contexts: no thread waits, and all signatures are correct.
  @Test(arguments: KeyType.allCases)
  func `many threads`(_ type: KeyType) async throws {
    let key = try SigningKey.generate(type, bits: 1024)
    let verifier = try Crypto.verificationKey(for: key)
    let valid = await withTaskGroup(of: Bool.self) { group in
      for i in 0..<200 {
        group.addTask {
          let digest = Crypto.digest("\(i)")
          guard let signature = try? key.sign(digest: digest) else { return false }
          return verifier.verify(signature: signature, digest: digest)
            && !verifier.verify(signature: signature, digest: Crypto.digest("x"))
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(valid == 200)
  }
}
