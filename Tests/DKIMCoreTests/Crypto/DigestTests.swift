import Testing

@testable import DKIMCore

@Suite struct CryptoDigestTests {
  /// The first three from FIPS 180-4; the last is an empty body under c=simple. // RFC 6376 §3.4.3
  @Test(arguments: [
    ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="),
    ("\r\n", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="),
  ])
  func known(_ text: String, _ base64: String) {
    #expect(Crypto.digest(text) == Crypto.bytes(base64))
  }

  @Test func pieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = Crypto.digest(bytes)
    for split in 0...bytes.count {
      var digest = Digest()
      digest.update(bytes.span.extracting(0..<split))
      digest.update(bytes.span.extracting(split..<bytes.count).bytes)
      #expect(digest.finalize() == whole)
    }
  }

  @Test func `many at once`() {
    var a = Digest()
    var b = Digest()
    let bytes = Array("abc".utf8)
    a.update(bytes.span)
    b.update(bytes.span)
    b.update(bytes.span)
    #expect(a.finalize() == Crypto.digest("abc"))
    #expect(b.finalize() == Crypto.digest("abcabc"))
    // An abandoned digest does not affect the next one.
    do {
      var abandoned = Digest()
      abandoned.update(bytes.span)
    }
    var untouched = Digest()
    #expect(untouched.finalize() == Crypto.digest(""))
  }
}
