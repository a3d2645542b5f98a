@testable import DKIMCore

/// Verifies messages as a whole and in chunks, with the same results, which also agree with the naive canonicalization.
///
/// The first byte determines how the body is split; the rest is the message.
enum VerificationTarget {
  static func run(_ input: [UInt8]) {
    guard let seed = input.first else { return }
    let message = Array(input.dropFirst())
    let whole = results(message, seed: 0)
    let pieces = results(message, seed: seed)
    require(whole == pieces, "the whole message and its chunks give different results")
    let (fields, bodyStart) = Naive.header(message)
    let reference = Reference(message: message, fields: fields, body: Array(message[bodyStart...]))
    let positions = fields.indices.filter { reference.names[$0] == Array("dkim-signature".utf8) }
    require(whole.map(\.position) == positions, "results at \(whole.map(\.position)), signatures at \(positions)")
    for result in whole {
      requirePrintable(result.reason)
      if let signature = result.signature { reference.check(result, signature) }
    }
  }

  private static func results(_ bytes: [UInt8], seed: UInt8) -> [VerificationResult] {
    let message = ParsedMessage(bytes, limits: MessageHeader.Limits(bytes: .max, fields: .max))
    // Use a new one each time: the leak sanitizer cannot follow the references from the cache of a long-lived one.
    let verifier = Verifier()
    var session = verifier.begin(message.header, at: Timestamp(1_780_000_000))
    for query in session.pendingQueries {
      let record = query.selector.asciiForm.hasPrefix("e") ? FuzzKeys.ed25519 : FuzzKeys.rsa
      session.supply(.records([Array(record.utf8)], secure: true), for: query)
    }
    Chunks.forEach(of: Array(message.body), seed: seed) { _ = session.update(body: $0) }
    return session.finish().results
  }

  /// Compares the two hashes of a signature with those of naive canonical forms.
  private struct Reference {
    let message: [UInt8]
    let fields: [Range<Int>]
    let body: [UInt8]
    let names: [[UInt8]?]

    init(message: [UInt8], fields: [Range<Int>], body: [UInt8]) {
      self.message = message
      self.fields = fields
      self.body = body
      names = fields.map { Naive.fieldName(Array(message[$0])) }
    }

    func check(_ result: VerificationResult, _ signature: DKIMSignature) {
      let canonical = Naive.body(body, signature.canonicalization.body)
      let limit = Int(clamping: min(signature.bodyLength ?? .max, UInt64(canonical.count)))
      let bodyHash = Self.digest(Array(canonical[..<limit]))
      require((result.bodyHash == .matches) == (bodyHash == signature.bodyHash), "bh= is \(result.bodyHash)")
      require(result.body?.bytes == UInt64(canonical.count), "the body has another length")
      require(result.outcome != .success || result.bodyHash == .matches, "success with another body")
      require(result.outcome != .success || result.headerHash == .matches, "success with another header")
      // Only for small messages, because it takes quadratic time.
      guard signature.headerNames.count * fields.count <= 10_000 else { return }
      guard result.headerHash != .notChecked, let key = result.key?.record?.key else { return }
      let digest = Self.digest(header(of: signature, at: result.position))
      let valid = key.verify(signature: signature.signature, digest: digest)
      require((result.headerHash == .matches) == valid, "b= is \(result.headerHash)")
    }

    // RFC 6376 §3.7, §5.4.2
    private func header(of signature: DKIMSignature, at position: Int) -> [UInt8] {
      let algorithm = signature.canonicalization.header
      var canonical: [UInt8] = []
      var left = fields.indices.filter { $0 != position }
      for name in signature.signedHeaders.map({ Array($0.text.lowercased().utf8) }) {
        guard let location = left.lastIndex(where: { names[$0] == name }) else { continue }
        canonical += (Naive.field(Array(message[fields[left.remove(at: location)]]), algorithm) ?? []) + [0x0D, 0x0A]
      }
      let own = Array(message[fields[position]])
      guard let colon = own.firstIndex(of: UInt8(ascii: ":")) else { fail("a signature field without a colon") }
      let blanked = signature.blanked
      let field =
        own[...colon] + own[(colon + 1)...].prefix(blanked.lowerBound)
        + own[(colon + 1)...].dropFirst(blanked.upperBound)
      return canonical + (Naive.field(Array(field), algorithm) ?? [])
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
      var digest = Digest()
      digest.update(bytes.span)
      return digest.finalize()
    }
  }
}
