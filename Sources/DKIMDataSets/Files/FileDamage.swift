/// What is wrong with the file of a database.
struct FileDamage: Error, Hashable, CustomStringConvertible {
  /// A sentence that goes on after the name of the file: "is empty".
  let description: String

  init(_ description: String) { self.description = description }
}
