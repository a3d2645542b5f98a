internal import COpenSSL

/// Computes SHA-256 incrementally. // RFC 6376 §3.3, FIPS 180-4
@safe struct Digest: ~Copyable, @unchecked Sendable {
  /// The length of a digest in bytes.
  static let length = 32

  /// The context has no other owner: it can move between threads but is not shared.
  private let context: OpaquePointer
  /// The beginning of the hashed data, if it is kept.
  private(set) var kept: KeptBytes?

  /// - Parameter limit: the maximum number of bytes to keep; `nil` keeps none.
  init(keeping limit: Int? = nil) {
    kept = limit.map { KeptBytes(limit: $0) }
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex2(context, OpenSSL.sha256.pointer, nil) == 1
    else { OpenSSL.giveUp("start a digest") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  mutating func update(_ bytes: Span<UInt8>) { update(unsafe bytes.bytes) }

  mutating func update(_ bytes: RawSpan) {
    kept?.append(bytes)
    unsafe bytes.withUnsafeBytes { unsafe add($0) }
  }

  @inline(__always)
  private func add(_ bytes: UnsafeRawBufferPointer) {
    guard unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
      OpenSSL.giveUp("hash \(bytes.count) bytes")
    }
  }

  /// Returns the 32 bytes of the digest. Nothing can be added afterwards.
  mutating func finalize() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
      guard unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1 else { OpenSSL.giveUp("finish a digest") }
      count = Self.length
    }
  }
}
