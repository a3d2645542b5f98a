/// The hash over the signed fields and the signature field itself, for signers and verifiers alike.
/// // RFC 6376 §3.7
struct HeaderHash {
  private let algorithm: CanonicalizationAlgorithm
  private var canonical: [UInt8] = []

  init(_ algorithm: CanonicalizationAlgorithm) {
    self.algorithm = algorithm
    canonical.reserveCapacity(4096)
  }

  /// The next signed field.
  mutating func append(field: Int, of header: MessageHeader) {
    let extent = header.fields[field]
    HeaderCanonicalizer.append(
      header.octets.span.extracting(extent.start..<extent.end), nameEnd: extent.nameEnd - extent.start,
      valueStart: extent.valueStart - extent.start, algorithm, to: &canonical)
  }

  /// The DKIM-Signature field with nothing between `b=` and the next `;`, and the end: this field goes in
  /// without the CRLF behind it.
  consuming func finish(signatureField: [UInt8], nameEnd: Int, valueStart: Int) -> [UInt8] {
    HeaderCanonicalizer.append(
      signatureField.span, nameEnd: nameEnd, valueStart: valueStart, algorithm, to: &canonical)
    var digest = Digest()
    digest.update(canonical.span.extracting(droppingLast: 2))
    return digest.finalize()
  }
}
