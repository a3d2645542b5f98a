/// The reason why a lookup in a data set failed. A missing key is not an error.
package enum DataSetError: Error, Sendable, Hashable {
  /// The back end is unavailable or too slow; a later lookup may work.
  case temporary(String)
  /// A permanent error: the same lookup would fail again.
  case unusable(String)
  /// The kind cannot list its rows.
  case notWalkable
}

extension DataSetError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .temporary(let why): "is temporarily unavailable: \(why)"
    case .unusable(let why): why
    case .notWalkable: "this kind of data set cannot list its rows"
    }
  }
}
