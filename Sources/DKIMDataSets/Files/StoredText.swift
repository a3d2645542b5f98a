internal import DKIMConfiguration

/// Texts as databases in files keep them.
enum StoredText {
  /// A key or a value without the NUL that some programs store behind each.
  static func read(_ octets: UnsafeRawBufferPointer) throws(DataSetError) -> String {
    guard octets.count <= StoreLimits.longestValue else {
      throw .unusable("a value is longer than \(StoreLimits.longestValue) octets")
    }
    let count = unsafe octets.last == 0 ? octets.count - 1 : octets.count
    return unsafe String(decoding: octets.prefix(count), as: UTF8.self)
  }
}
