import DKIMCore

/// Asks whether a body has the hash of a signature, without keys and header.
struct BodyProbe {
  private let signature: DKIMSignature
  private let context: VerificationContext
  /// Octets that may still be hashed: looking for causes must not take longer than verifying a large message.
  private(set) var budget = 1 << 28

  init(_ signature: DKIMSignature, in context: VerificationContext) {
    self.signature = signature
    self.context = context
  }

  /// - Parameters:
  ///   - pieces: the body.
  ///   - canonicalization: of the body, in place of the signature's.
  ///   - length: `l=`, in place of the signature's.
  mutating func matches(
    _ pieces: ArraySlice<UInt8>..., canonicalization: CanonicalizationAlgorithm? = nil, length: UInt64? = nil
  ) -> Bool {
    let size = pieces.reduce(0) { $0 + $1.count }
    guard size <= budget else { return false }
    budget -= size
    var session = context.verifier.begin(header(canonicalization, length), at: context.time)
    for piece in pieces { _ = session.update(body: piece.span) }
    return session.finish().first?.bodyHash == .matches
  }

  /// A header of nothing but a signature field with the hash in question.
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
  private static func base64(_ octets: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: octets.count, by: 3) {
      let group = octets[start..<min(start + 3, octets.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0...3 {
        text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
