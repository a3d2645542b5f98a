/// What was hashed for a signature, canonicalized: for reports of failures, and for finding out what was changed on the
/// way. // RFC 6376 §3.7
package struct CanonicalizedData: Sendable, Hashable {
  /// How much is kept for each signature.
  package struct Limits: Sendable, Hashable {
    /// Octets of the header.
    package var header: Int
    /// Octets of the body. Signatures with the same canonicalization and `l=` share them.
    package var body: Int

    package init(header: Int, body: Int) {
      self.header = header
      self.body = body
    }
  }

  /// Octets as they were hashed.
  package struct Part: Sendable, Hashable {
    package let octets: [UInt8]
    /// False where more octets were hashed than the limit allows to keep.
    package let isComplete: Bool

    init(_ kept: KeptOctets) {
      octets = kept.octets
      isComplete = !kept.isCut
    }
  }

  /// The signed fields in the order of `h=`, each with its CRLF, then the DKIM-Signature field, without a value of `b=`
  /// and without CRLF.
  package let header: Part
  /// The body, up to `l=`.
  package let body: Part

  /// `nil` where nothing was kept.
  init?(header: KeptOctets?, body: KeptOctets?) {
    guard let header, let body else { return nil }
    self.header = Part(header)
    self.body = Part(body)
  }
}
