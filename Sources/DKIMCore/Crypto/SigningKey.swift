internal import COpenSSL

/// A private key for signing messages. Any number of threads can use it at the same time.
///
/// The key is tested when it is loaded: a `SigningKey` is known to work, and the first signature needs no further
/// setup.
public final class SigningKey: Sendable {
  /// The type of the key.
  public let type: KeyType
  /// The size of the key in bits. RSA: the size of the modulus. Ed25519: 256.
  public let bits: Int
  /// The contents of the `p=` tag of the key record: SubjectPublicKeyInfo in DER for RSA, 32 bytes for Ed25519.
  /// // RFC 6376 §3.6.1, RFC 8463 §4.2
  public let publicKey: [UInt8]

  private let handle: KeyHandle
  private let operation: Operation

  private enum Operation: Sendable {
    case rsa(RSAContext)
    case ed25519
  }

  /// Loads a private key from PEM (`RSA PRIVATE KEY`, or `PRIVATE KEY` with an RSA or Ed25519 key), base64 of the same
  /// key in DER, or base64 of the 32 bytes of an Ed25519 key. Text around a PEM block and white space are ignored.
  /// Never prompts for a passphrase. // RFC 7468 §10, RFC 8017 §A.1.2, RFC 5958 §2, RFC 8410 §7
  ///
  /// RSA keys must have 1024 to 8192 bits.
  /// - Throws: ``SigningKeyError``, which describes what was found and what is expected.
  public convenience init(_ contents: [UInt8]) throws(SigningKeyError) {
    switch try PrivateKeyText.read(contents.span) {
    case .seed(let seed):
      try self.init(seed: seed.span)
    case .der(let der):
      switch try PrivateKeyContents(der: der.span) {
      case .ed25519(let seed): try self.init(seed: der.span.extracting(seed))
      case .rsa(let numbers, let bits):
        guard RSAConsistency.holds(numbers, in: der.span) else {
          ERR_clear_error()
          throw .inconsistent
        }
        guard let key = RSAKeyBuilder.key(numbers, in: der.span) else { throw .library(OpenSSL.lastError()) }
        try self.init(rsa: key, bits: bits)
      }
    }
  }

  convenience init(seed: Span<UInt8>) throws(SigningKeyError) {
    guard let key = Ed25519.privateKey(seed: seed) else { throw .library(OpenSSL.lastError()) }
    try self.init(ed25519: key)
  }

  init(ed25519 key: KeyHandle) throws(SigningKeyError) {
    guard let publicKey = Ed25519.publicBytes(of: key) else { throw .library(OpenSSL.lastError()) }
    type = .ed25519
    bits = 256
    handle = key
    operation = .ed25519
    self.publicKey = publicKey
    try tryOut()
  }

  init(rsa key: KeyHandle, bits: Int) throws(SigningKeyError) {
    guard let context = RSAContext(key, for: .signing), let publicKey = PrivateKeyFormat.subjectPublicKeyInfo(key)
    else { throw .library(OpenSSL.lastError()) }
    type = .rsa
    self.bits = bits
    handle = key
    operation = .rsa(context)
    self.publicKey = publicKey
    try tryOut()
  }

  /// True for an RSA key with fewer than 2048 bits, which is too small for new signatures. // RFC 8301 §3.2
  public var isWeak: Bool { type == .rsa && bits < 2048 }

  /// A warning about the size of a working RSA key: fewer than 2048 bits, or more than 4096, which receivers are not
  /// required to verify; `nil` if the size is fine. // RFC 8301 §3.2
  package var sizeProblem: String? {
    if isWeak { return "the RSA key has \(bits) bits; 2048 is recommended" }
    guard type == .rsa, bits > 4096 else { return nil }
    return "the RSA key has \(bits) bits; receivers are not required to accept more than 4096; 2048 is recommended"
  }

  /// The private key as PKCS#8 in PEM format, including the lines `-----BEGIN PRIVATE KEY-----` and
  /// `-----END PRIVATE KEY-----`.
  public var pem: String { PrivateKeyFormat.pem(handle) }

  /// Signs a SHA-256 digest: RSASSA-PKCS1-v1_5, or Ed25519 over its 32 bytes. // RFC 6376 §3.3.3, RFC 8463 §3
  func sign(digest: [UInt8]) throws(SigningKeyError) -> [UInt8] {
    guard digest.count == Digest.length else { throw .library("the digest is \(digest.count) bytes long") }
    let signature =
      switch operation {
      case .rsa(let context): context.sign(digest: digest)
      case .ed25519: Ed25519.sign(digest: digest, with: handle)
      }
    guard let signature else { throw .library(OpenSSL.lastError()) }
    return signature
  }

  /// Signs a digest and verifies the signature. This detects a key whose parts do not belong together before receivers
  /// do, and makes OpenSSL do the work that it defers until a key is first used.
  private func tryOut() throws(SigningKeyError) {
    var hash = Digest()
    let digest = hash.finalize()
    guard let signature = try? sign(digest: digest) else { throw .inconsistent }
    let valid =
      switch operation {
      case .rsa: RSAContext(handle, for: .verifying)?.verify(signature: signature, digest: digest) ?? false
      case .ed25519: Ed25519.verify(signature: signature, digest: digest, with: handle)
      }
    guard valid else {
      ERR_clear_error()
      throw .inconsistent
    }
  }
}
