import DKIMCore

/// Checks whether a body has the hash of a signature. Needs neither keys nor a header.
struct BodyProbe {
  private let signature: DKIMSignature
  private let context: VerificationContext
  /// The number of bytes that may still be hashed, so that the search for causes does not take longer than the
  /// verification of a large message.
  private(set) var budget = 1 << 28

  init(_ signature: DKIMSignature, in context: VerificationContext) {
    self.signature = signature
    self.context = context
  }

  /// Returns whether a body has the hash of the signature.
  ///
  /// - Parameters:
  ///   - pieces: the body, in pieces.
  ///   - canonicalization: the body canonicalization to use instead of the signature's.
  ///   - length: the value of `l=` to use instead of the signature's.
  mutating func matches(
    _ pieces: ArraySlice<UInt8>..., canonicalization: CanonicalizationAlgorithm? = nil, length: UInt64? = nil
  ) -> Bool {
    let size = pieces.reduce(0) { $0 + $1.count }
    guard size <= budget else { return false }
    budget -= size
    var session = context.verifier.begin(header(canonicalization, length), at: context.time)
    for piece in pieces { _ = session.update(body: piece.span) }
    return session.finish().results.first?.bodyHash == .matches
  }

  /// Returns a header that has only a signature field with the body hash of the signature.
  private func header(_ canonicalization: CanonicalizationAlgorithm?, _ length: UInt64?) -> MessageHeader {
    var text = " v=1; a=\(signature.algorithm.rawValue); d=example.com; s=probe; h=from; b=AAAA"
    text += "; c=simple/\((canonicalization ?? signature.canonicalization.body).rawValue)"
    text += "; bh=" + Self.base64(signature.bodyHash)
    if let length = length ?? signature.bodyLength { text += "; l=\(length)" }
    var header = MessageHeader()
    header.append(name: Array("DKIM-Signature".utf8).span, value: Array(text.utf8).span)
    return header
  }

  // RFC 4648 §4
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for location in 0...3 {
        text.append(location <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * location) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
