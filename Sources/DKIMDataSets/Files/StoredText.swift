internal import DKIMConfiguration

/// Texts stored in database files.
enum StoredText {
  /// Returns a key or a value without the trailing NUL that some programs store.
  static func read(_ octets: UnsafeRawBufferPointer) throws(DataSetError) -> String {
    guard octets.count <= StoreLimits.longestValue else {
      throw .unusable("a value is longer than \(StoreLimits.longestValue) bytes")
    }
    let count = unsafe octets.last == 0 ? octets.count - 1 : octets.count
    return unsafe String(decoding: octets.prefix(count), as: UTF8.self)
  }
}

/// Damage found in a database file.
struct FileDamage: Error, Hashable, CustomStringConvertible {
  /// The end of a sentence that starts with the file name: "is empty".
  let description: String

  init(_ description: String) { self.description = description }
}
