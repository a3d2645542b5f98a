import DKIMConfiguration
import DKIMCore
import Testing

@Suite struct SigningKeyFixTests {
  @Test(
    arguments: [
      .empty, .notAKey, .notASeed(bytes: 3), .truncated, .badBase64, .encrypted, .publicKey, .certificate,
      .otherBlock(label: "X"), .openSSH, .wrongType("EC"), .tooSmall(bits: 512), .tooLarge(bits: 20000, limit: 8192),
      .invalidPublicNumbers(.modulusEven), .inconsistent,
    ] as [SigningKeyError])
  func `each error says how to fix it`(_ error: SigningKeyError) throws {
    let fixes = ["restore", "make one", "openssl", "use the"]
    let fix = try #require(error.fix)
    #expect(fixes.contains { fix.contains($0) })
    #expect(error.textWithFix == "\(error): \(fix)")
  }

  @Test func `an error of the cryptographic library has no fix`() {
    #expect(SigningKeyError.library("x").textWithFix == "OpenSSL cannot use the private key: x")
  }

  @Test func `a key that is not in the file is made or found`() {
    #expect(
      SigningKeyError.empty.textWithFix
        == "the key is empty; an RSA or Ed25519 private key is needed: make one with \"dkimtool genkey\", "
        + "or use the right file")
  }
}
