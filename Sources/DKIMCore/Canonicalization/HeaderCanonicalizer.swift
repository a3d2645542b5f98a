/// Puts header fields into the form that is hashed.
enum HeaderCanonicalizer {
  /// Appends one field and its CRLF. `field` is the whole field without the CRLF at its end.
  /// - Parameter valueStart: the offset behind the colon, counted from the start of the field.
  static func append(
    _ field: Span<UInt8>, nameEnd: Int, valueStart: Int, _ algorithm: CanonicalizationAlgorithm,
    to output: inout [UInt8]
  ) {
    switch algorithm {
    // RFC 6376 §3.4.1
    case .simple: unsafe field.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    case .relaxed: appendRelaxed(field, nameEnd: nameEnd, valueStart: valueStart, to: &output)
    }
    output.append(Octets.cr)
    output.append(Octets.lf)
  }

  /// The name in lower case, no white space around the colon, folds undone, every run of WSP one space,
  /// none at the end. // RFC 6376 §3.4.2
  private static func appendRelaxed(
    _ field: Span<UInt8>, nameEnd: Int, valueStart: Int, to output: inout [UInt8]
  ) {
    // The relaxed form is never longer than the field: one growth, then plain stores.
    output.append(addingCapacity: field.count) { output in
      for i in 0..<nameEnd { output.append(Octets.lowercased(field[i])) }
      output.append(UInt8(ascii: ":"))
      var blank = false
      var started = false
      var i = valueStart
      while i < field.count {
        let octet = field[i]
        if Octets.isWSP(octet) {
          blank = started
        } else if octet == Octets.cr, let next = Octets.fold(field, at: i) {
          blank = started
          i = next
          continue
        } else {
          if blank { output.append(Octets.space) }
          blank = false
          started = true
          output.append(octet)
        }
        i &+= 1
      }
    }
  }
}
