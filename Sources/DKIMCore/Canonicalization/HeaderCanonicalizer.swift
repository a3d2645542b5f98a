/// Canonicalizes and hashes header fields.
struct HeaderCanonicalizer: ~Copyable {
  private let algorithm: CanonicalizationAlgorithm
  private var digest: Digest
  private var buffer = OutputBuffer(capacity: 4096)

  /// - Parameter keptLimit: the maximum number of hashed bytes to keep; `nil` keeps none.
  init(_ algorithm: CanonicalizationAlgorithm, keeping keptLimit: Int? = nil) {
    self.algorithm = algorithm
    digest = Digest(keeping: keptLimit)
  }

  /// The beginning of the hashed data; complete (up to the limit) after ``finish()``.
  var kept: KeptBytes? { digest.kept }

  /// Appends the CRLF that ends a field.
  mutating func endLine() {
    reserve(2)
    buffer.append(Bytes.cr)
    buffer.append(Bytes.lf)
  }

  mutating func finish() -> [UInt8] {
    buffer.drain(into: &digest)
    return digest.finalize()
  }

  /// Appends a field without the CRLF at its end.
  /// - Parameters:
  ///   - nameEnd: the offset after the name, before any white space that precedes the colon.
  ///   - valueStart: the offset after the colon.
  mutating func append(_ field: Span<UInt8>, nameEnd: Int, valueStart: Int) {
    switch algorithm {
    // RFC 6376 §3.4.1
    case .simple: append(field, 0..<field.count)
    case .relaxed: appendRelaxed(field, nameEnd: nameEnd, valueStart: valueStart)
    }
  }

  /// Appends the name in lower case, without white space around the colon, unfolded, with each run of WSP reduced to
  /// one space and none at the end. // RFC 6376 §3.4.2
  private mutating func appendRelaxed(_ field: Span<UInt8>, nameEnd: Int, valueStart: Int) {
    for i in 0..<nameEnd {
      reserve(1)
      buffer.append(ASCII.lowercased(field[i]))
    }
    reserve(1)
    buffer.append(UInt8(ascii: ":"))
    var blank = false
    var started = false
    var i = valueStart
    while i < field.count {
      if ASCII.isWSP(field[i]) {
        blank = started
        i &+= 1
      } else if let next = Bytes.fold(field, at: i) {
        blank = started
        i = next
      } else {
        // Bytes that are neither WSP nor printable (control characters, a CR or LF that is not a fold) are kept.
        let end = max(ByteScan.endOfNonWhitespace(in: field, from: i), i &+ 1)
        reserve(1)
        if blank { buffer.append(Bytes.space) }
        append(field, i..<end)
        (blank, started, i) = (false, true, end)
      }
    }
  }

  private mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var start = range.lowerBound
    while start < range.upperBound {
      reserve(1)
      let end = min(range.upperBound, start &+ buffer.room)
      buffer.append(bytes, start..<end)
      start = end
    }
  }

  private mutating func reserve(_ count: Int) {
    if buffer.room < count { buffer.drain(into: &digest) }
  }
}
