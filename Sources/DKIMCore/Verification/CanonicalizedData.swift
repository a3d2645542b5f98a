/// The canonicalized data that was hashed for a signature, for failure reports and for finding out what was changed in
/// transit. // RFC 6376 §3.7
package struct CanonicalizedData: Sendable, Hashable {
  /// The maximum amount of data to keep for each signature.
  package struct Limits: Sendable, Hashable {
    /// The number of bytes of the header.
    package var header: Int
    /// The number of bytes of the body. Signatures with the same canonicalization and `l=` share them.
    package var body: Int

    package init(header: Int, body: Int) {
      self.header = header
      self.body = body
    }
  }

  /// The data that was hashed.
  package struct Part: Sendable, Hashable {
    package let bytes: [UInt8]
    /// False if more data was hashed than the limit allows to keep.
    package let isComplete: Bool

    init(_ kept: KeptBytes) {
      bytes = kept.bytes
      isComplete = !kept.isCut
    }
  }

  /// The signed fields in the order of `h=`, each with its CRLF, then the DKIM-Signature field without the value of
  /// `b=` and without CRLF.
  package let header: Part
  /// The body, up to `l=`.
  package let body: Part

  /// Returns `nil` if nothing was kept.
  init?(header: KeptBytes?, body: KeptBytes?) {
    guard let header, let body else { return nil }
    self.header = Part(header)
    self.body = Part(body)
  }
}
