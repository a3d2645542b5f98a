/// The hash of the signed fields and the signature field itself, used for signing and verifying.
/// // RFC 6376 §3.7
///
/// `@unchecked Sendable`: the code that creates or evaluates a signature is the only owner of its hash.
final class HeaderHash: @unchecked Sendable {
  private var canonicalizer: HeaderCanonicalizer

  /// - Parameter keptLimit: the maximum number of hashed bytes to keep; `nil` keeps none.
  init(_ algorithm: CanonicalizationAlgorithm, keeping keptLimit: Int? = nil) {
    canonicalizer = HeaderCanonicalizer(algorithm, keeping: keptLimit)
  }

  /// The beginning of the hashed data; complete (up to the limit) after ``finish(signatureField:nameEnd:valueStart:)``.
  var kept: KeptBytes? { canonicalizer.kept }

  /// Appends the next signed field.
  func append(field: Int, of header: MessageHeader) {
    let extent = header.fields[field]
    canonicalizer.append(
      header.bytes.span.extracting(extent.start..<extent.end), nameEnd: extent.nameEnd - extent.start,
      valueStart: extent.valueStart - extent.start)
    canonicalizer.endLine()
  }

  /// Appends the DKIM-Signature field, whose text between `b=` and the next `;` the caller has removed, and returns the
  /// hash. Must be called exactly once. This field is not followed by CRLF. // RFC 6376 §3.7
  func finish(signatureField: [UInt8], nameEnd: Int, valueStart: Int) -> [UInt8] {
    canonicalizer.append(signatureField.span, nameEnd: nameEnd, valueStart: valueStart)
    return canonicalizer.finish()
  }
}
