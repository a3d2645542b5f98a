/// Damage found in a database file.
struct FileDamage: Error, Hashable, CustomStringConvertible {
  /// The end of a sentence that starts with the file name: "is empty".
  let description: String

  init(_ description: String) { self.description = description }
}
