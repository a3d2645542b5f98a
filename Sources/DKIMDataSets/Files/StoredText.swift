internal import DKIMConfiguration

/// Texts as databases in files keep them.
enum StoredText {
  /// A longer value is refused; octets.
  static let longest = 1 << 20

  /// Without the NUL that some programs store behind each text; `nil` where nothing is left.
  static func value(_ octets: UnsafeRawBufferPointer) throws(DataSetError) -> DataSetRow.Value? {
    guard octets.count <= longest else { throw .unusable("a value is longer than \(longest) octets") }
    let text = unsafe text(octets)
    return text.isEmpty ? nil : .text(text)
  }

  static func text(_ octets: UnsafeRawBufferPointer) -> String {
    let count = unsafe octets.last == 0 ? octets.count - 1 : octets.count
    return unsafe String(decoding: octets.prefix(count), as: UTF8.self)
  }
}

/// What stands behind a key that is there.
struct StoredValue {
  let value: DataSetRow.Value?
}
