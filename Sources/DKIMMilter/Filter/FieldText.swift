/// Conversion of header values from and to the form of the milter protocol.
enum FieldText {
  private static let (tab, lf, cr, space) = (UInt8(0x09), UInt8(0x0A), UInt8(0x0D), UInt8(0x20))

  /// Restores a value as it was in the message: folds are CRLF, and the space that the MTA removed is put back.
  ///
  /// An LF that is not followed by white space is not a fold, and is kept unchanged: readers that treat it as the end
  /// of a line see another field there, and it is counted like one that follows a CR.
  ///
  /// Without `leadingSpace` an MTA removes one space, so `Subject:x` and `Subject: x` look the same, and the more
  /// common form is assumed. A tab is never removed.
  static func received(_ value: Span<UInt8>, leadingSpace: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(value.count + 8)
    if !leadingSpace, value.isEmpty || value[0] != tab { result.append(space) }
    for i in value.indices {
      let isFold = value[i] == lf && i + 1 < value.count && (value[i + 1] == space || value[i + 1] == tab)
      if isFold, i == 0 || value[i - 1] != cr { result.append(cr) }
      result.append(value[i])
    }
    return result
  }

  /// Converts a value to be inserted: lines end with LF, and the space after the colon is added only if the MTA does
  /// not add it.
  /// - Parameter value: the value without that space.
  static func sent(_ value: [UInt8], leadingSpace: Bool) -> [UInt8] {
    (leadingSpace ? [space] : []) + value.filter { $0 != cr }
  }

  static func sent(_ value: String, leadingSpace: Bool) -> [UInt8] {
    sent(Array(value.utf8), leadingSpace: leadingSpace)
  }

  static func string(_ octets: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(octets.count)
    for i in octets.indices { copy.append(octets[i]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
