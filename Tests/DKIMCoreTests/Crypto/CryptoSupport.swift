@testable import DKIMCore

/// Helpers for the tests of keys.
enum Crypto {
  static func digest(_ text: String) -> [UInt8] { digest(Array(text.utf8)) }

  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = Digest()
    digest.update(bytes.span)
    return digest.finalize()
  }

  /// Decodes base64; returns no bytes if it is invalid, so that the test fails.
  static func bytes(_ base64: String) -> [UInt8] {
    let text = Array(base64.utf8)
    return Base64.decode(text.span) ?? []
  }

  /// Returns the text between the lines of a PEM block.
  static func der(_ pem: String) -> [UInt8] {
    bytes(pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined())
  }

  static func signingKey(_ text: String) throws(SigningKeyError) -> SigningKey {
    try SigningKey(Array(text.utf8))
  }

  static func verificationKey(rsa der: [UInt8]) throws(PublicKeyError) -> VerificationKey {
    try VerificationKey(rsa: der.span)
  }

  static func verificationKey(ed25519 bytes: [UInt8]) throws(PublicKeyError) -> VerificationKey {
    try VerificationKey(ed25519: bytes.span)
  }

  static func verificationKey(for key: SigningKey) throws(PublicKeyError) -> VerificationKey {
    switch key.type {
    case .rsa: try verificationKey(rsa: key.publicKey)
    case .ed25519: try verificationKey(ed25519: key.publicKey)
    }
  }
}

/// Writes DER, valid or invalid as requested.
enum MakeDER {
  static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    let count = contents.count
    if count < 0x80 { return [tag, UInt8(count)] + contents }
    if count < 0x100 { return [tag, 0x81, UInt8(count)] + contents }
    return [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)] + contents
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(DER.sequence, parts.flatMap { $0 }) }

  static func integer(_ contents: [UInt8]) -> [UInt8] { element(DER.integer, contents) }

  /// Returns a number with the given number of bits: a one, then zeros, and a final one if it is odd.
  static func integer(bits: Int, odd: Bool = true) -> [UInt8] {
    var magnitude = [UInt8](repeating: 0, count: (bits + 7) / 8)
    magnitude[0] = 1 << UInt8((bits - 1) % 8)
    if odd { magnitude[magnitude.count - 1] |= 1 }
    return integer(bits % 8 == 0 ? [0] + magnitude : magnitude)
  }

  static let rsaIdentifier: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
  static let ed25519Identifier: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
  static let ecIdentifier: [UInt8] = [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
  static let null: [UInt8] = [0x05, 0x00]
  static let exponent: [UInt8] = [0x02, 0x03, 0x01, 0x00, 0x01]

  static func subjectPublicKeyInfo(algorithm: [UInt8], key: [UInt8]) -> [UInt8] {
    sequence(sequence(algorithm), element(DER.bitString, [0] + key))
  }
}
