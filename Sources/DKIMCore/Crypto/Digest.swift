internal import COpenSSL

/// SHA-256 over octets that come in pieces. // RFC 6376 §3.3, FIPS 180-4
@safe struct Digest: ~Copyable, @unchecked Sendable {
  /// In octets.
  static let length = 32

  /// Nobody else has the context: it may move between threads, not be shared.
  private let context: OpaquePointer
  /// The beginning of what was hashed, where that was asked for.
  private(set) var kept: KeptOctets?

  /// - Parameter limit: keeps the first octets, so many at most.
  init(keeping limit: Int? = nil) {
    kept = limit.map { KeptOctets(limit: $0) }
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex2(context, OpenSSL.sha256.pointer, nil) == 1
    else { OpenSSL.giveUp("begin a digest") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  mutating func update(_ octets: Span<UInt8>) { update(unsafe octets.bytes) }

  mutating func update(_ octets: RawSpan) {
    kept?.append(octets)
    unsafe octets.withUnsafeBytes { unsafe add($0) }
  }

  @inline(__always)
  private func add(_ octets: UnsafeRawBufferPointer) {
    guard unsafe EVP_DigestUpdate(context, octets.baseAddress, octets.count) == 1 else {
      OpenSSL.giveUp("digest \(octets.count) octets")
    }
  }

  /// The 32 octets; nothing can be added afterwards.
  mutating func finalize() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
      guard unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1 else { OpenSSL.giveUp("end a digest") }
      count = Self.length
    }
  }
}
