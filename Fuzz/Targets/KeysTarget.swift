@testable import DKIMCore

/// Parses private keys in PEM and DER and public keys in DER. Accepted keys work and have only one encoding.
enum KeysTarget {
  static func run(_ input: [UInt8]) {
    checkPrivate(input)
    // With base64, mutations would not reach the DER.
    if input.first == DER.sequence { checkPrivate(Base64.encodedBytes(input)) }
    checkRSA(input)
    checkEd25519(input)
  }

  private static func checkPrivate(_ bytes: [UInt8]) {
    let key: SigningKey
    do {
      key = try SigningKey(bytes)
    } catch {
      return requirePrintable("\(error)")
    }
    guard let again = try? SigningKey(Array(key.pem.utf8)) else { fail("a written key cannot be parsed") }
    require(again.publicKey == key.publicKey && again.bits == key.bits, "the key differs after writing and parsing")
    guard let publicKey = publicHalf(of: key) else { return }
    let digest = [UInt8](repeating: 0x5A, count: Digest.length)
    guard var signature = try? key.sign(digest: digest) else { fail("the key cannot sign") }
    require(publicKey.verify(signature: signature, digest: digest), "the public key does not verify the signature")
    signature[signature.count / 2] ^= 1
    require(!publicKey.verify(signature: signature, digest: digest), "a damaged signature verifies")
  }

  /// Returns the public key; `nil` if it is larger than verification allows.
  private static func publicHalf(of key: SigningKey) -> VerificationKey? {
    let bytes = key.publicKey
    do throws(PublicKeyError) {
      return try key.type == .rsa ? VerificationKey(rsa: bytes.span) : VerificationKey(ed25519: bytes.span)
    } catch {
      if case .tooLarge = error { return nil }
      fail("the public key cannot be parsed: \(error)")
    }
  }

  private static func checkRSA(_ der: [UInt8]) {
    let numbers: RSAPublicNumbers
    do {
      numbers = try RSAPublicNumbers(der: der.span)
    } catch {
      return requirePrintable("\(error)")
    }
    require((1...8192).contains(numbers.bits), "a modulus of \(numbers.bits) bits")
    require(numbers.exponent > 1 && numbers.exponent & 1 == 1, "an exponent of \(numbers.exponent)")
    let modulus = Array(der[numbers.modulus.magnitude])
    let exponent = Array(der[numbers.exponentInteger.magnitude])
    let bare = element(DER.sequence, integer(modulus) + integer(exponent))
    let spellings = [bare, wrapped(bare, parameters: [0x05, 0x00]), wrapped(bare, parameters: [])]
    require(spellings.contains(der), "a fourth encoding of the key is accepted")
    guard let key = try? VerificationKey(rsa: der.span) else { return }
    let zeros = [UInt8](repeating: 0, count: (numbers.bits + 7) / 8)
    let digest = [UInt8](repeating: 0, count: Digest.length)
    require(!key.verify(signature: zeros, digest: digest), "zeros are accepted as a signature")
  }

  private static func checkEd25519(_ bytes: [UInt8]) {
    do {
      _ = try VerificationKey(ed25519: bytes.span)
      require(bytes.count == Ed25519.keyLength, "\(bytes.count) bytes are accepted as a key")
    } catch {
      requirePrintable("\(error)")
    }
  }

  // X.690 §8.3.2
  private static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    let sign: [UInt8] = (magnitude.first ?? 0) >= 0x80 || magnitude.isEmpty ? [0] : []
    return element(DER.integer, sign + magnitude)
  }

  private static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    var length = contents.count
    guard length >= 128 else { return [tag, UInt8(length)] + contents }
    var bytes: [UInt8] = []
    while length > 0 {
      bytes.insert(UInt8(length & 255), at: 0)
      length >>= 8
    }
    return [tag, 0x80 | UInt8(bytes.count)] + bytes + contents
  }

  /// Encodes SubjectPublicKeyInfo with rsaEncryption. // RFC 3279 §2.3.1
  private static func wrapped(_ key: [UInt8], parameters: [UInt8]) -> [UInt8] {
    let name: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    return element(DER.sequence, element(DER.sequence, name + parameters) + element(DER.bitString, [0] + key))
  }
}
