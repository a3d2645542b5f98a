/// The hash over the signed fields and the signature field itself, for signers and verifiers alike.
/// // RFC 6376 §3.7
///
/// `@unchecked Sendable`: whoever makes a signature or judges one owns its hash alone.
final class HeaderHash: @unchecked Sendable {
  private let algorithm: CanonicalizationAlgorithm
  private var digest = Digest()
  private var buffer = OutputBuffer(capacity: 4096)

  init(_ algorithm: CanonicalizationAlgorithm) {
    self.algorithm = algorithm
  }

  /// The next signed field.
  func append(field: Int, of header: MessageHeader) {
    let extent = header.fields[field]
    append(
      header.octets.span.extracting(extent.start..<extent.end), nameEnd: extent.nameEnd - extent.start,
      valueStart: extent.valueStart - extent.start)
    reserve(2)
    buffer.append(Octets.cr)
    buffer.append(Octets.lf)
  }

  /// The DKIM-Signature field with nothing between `b=` and the next `;`, and the end. To be called once.
  /// There is no CRLF behind this field. // RFC 6376 §3.7
  func finish(signatureField: [UInt8], nameEnd: Int, valueStart: Int) -> [UInt8] {
    append(signatureField.span, nameEnd: nameEnd, valueStart: valueStart)
    buffer.drain(into: &digest)
    return digest.finalize()
  }

  private func append(_ field: Span<UInt8>, nameEnd: Int, valueStart: Int) {
    switch algorithm {
    // RFC 6376 §3.4.1
    case .simple: append(field, 0..<field.count)
    case .relaxed: appendRelaxed(field, nameEnd: nameEnd, valueStart: valueStart)
    }
  }

  /// The name in lower case, no white space around the colon, folds undone, every run of WSP one space,
  /// none at the end. // RFC 6376 §3.4.2
  private func appendRelaxed(_ field: Span<UInt8>, nameEnd: Int, valueStart: Int) {
    for i in 0..<nameEnd {
      reserve(1)
      buffer.append(Octets.lowercased(field[i]))
    }
    reserve(1)
    buffer.append(UInt8(ascii: ":"))
    var blank = false
    var started = false
    var i = valueStart
    while i < field.count {
      if Octets.isWSP(field[i]) {
        blank = started
        i &+= 1
      } else if let next = Octets.fold(field, at: i) {
        blank = started
        i = next
      } else {
        // What is neither WSP nor ink (a control character, a CR or LF that does not fold) is kept.
        let end = max(ByteScan.endOfInk(in: field, from: i), i &+ 1)
        reserve(1)
        if blank { buffer.append(Octets.space) }
        append(field, i..<end)
        (blank, started, i) = (false, true, end)
      }
    }
  }

  private func append(_ octets: Span<UInt8>, _ range: Range<Int>) {
    var start = range.lowerBound
    while start < range.upperBound {
      reserve(1)
      let end = min(range.upperBound, start &+ buffer.room)
      buffer.append(octets, start..<end)
      start = end
    }
  }

  private func reserve(_ count: Int) {
    if buffer.room < count { buffer.drain(into: &digest) }
  }
}
