/// Why a data set could not answer. A key that is not there is no error.
public enum DataSetError: Error, Sendable, Hashable {
  /// The back end is down or late; it may work again.
  case temporary(String)
  /// The set cannot be used as it is.
  case unusable(String)
  /// The kind cannot list its rows.
  case notWalkable
}

extension DataSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .temporary(let why): "cannot be asked at present: \(why)"
    case .unusable(let why): why
    case .notWalkable: "this kind of data set cannot list what it holds"
    }
  }
}
