/// The hash over the signed fields and the signature field itself, for signers and verifiers alike.
/// // RFC 6376 §3.7
///
/// `@unchecked Sendable`: whoever makes a signature or judges one owns its hash alone.
final class HeaderHash: @unchecked Sendable {
  private var canonicalizer: HeaderCanonicalizer

  /// - Parameter keptLimit: how many of the hashed octets are kept; none where it is `nil`.
  init(_ algorithm: CanonicalizationAlgorithm, keeping keptLimit: Int? = nil) {
    canonicalizer = HeaderCanonicalizer(algorithm, keeping: keptLimit)
  }

  /// The beginning of what was hashed, after the end all of it.
  var kept: KeptOctets? { canonicalizer.kept }

  /// The next signed field.
  func append(field: Int, of header: MessageHeader) {
    let extent = header.fields[field]
    canonicalizer.append(
      header.octets.span.extracting(extent.start..<extent.end), nameEnd: extent.nameEnd - extent.start,
      valueStart: extent.valueStart - extent.start)
    canonicalizer.endLine()
  }

  /// The DKIM-Signature field with nothing between `b=` and the next `;`, and the end. To be called once.
  /// There is no CRLF behind this field. // RFC 6376 §3.7
  func finish(signatureField: [UInt8], nameEnd: Int, valueStart: Int) -> [UInt8] {
    canonicalizer.append(signatureField.span, nameEnd: nameEnd, valueStart: valueStart)
    return canonicalizer.finish()
  }
}
