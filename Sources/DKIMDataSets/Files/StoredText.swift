internal import DKIMConfiguration

/// Texts stored in database files.
enum StoredText {
  /// Returns a key or a value without the trailing NUL that some programs store.
  static func read(_ bytes: UnsafeRawBufferPointer) throws(DataSetError) -> String {
    guard bytes.count <= StoreLimits.longestValue else {
      throw .unusable("a value is longer than \(StoreLimits.longestValue) bytes")
    }
    let count = unsafe bytes.last == 0 ? bytes.count - 1 : bytes.count
    return unsafe String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

/// Damage found in a database file.
struct FileDamage: Error, Hashable, CustomStringConvertible {
  /// The end of a sentence that starts with the file name: "is empty".
  let description: String

  init(_ description: String) { self.description = description }
}
