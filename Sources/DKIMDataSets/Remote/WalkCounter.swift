/// The approximate memory that listed rows use. It stops the listing when a server sends rows without end, however
/// short they are.
struct WalkCounter {
  private var bytes = 0

  /// Approximate overhead of a row and of a column, in bytes, in addition to their texts.
  private static let row = 64
  private static let column = 16

  /// For errors, after the name of what was listed.
  static let tooMuch = "take more than \(StoreLimits.largestWalk >> 20) MiB"

  var isOver: Bool { bytes > StoreLimits.largestWalk }

  /// Counts a row by its key.
  mutating func count(_ key: String) { bytes += Self.row + key.utf8.count }

  /// Counts the values of a row.
  mutating func count(_ columns: [String?]) {
    bytes += columns.reduce(Self.row) { $0 + Self.column + ($1?.utf8.count ?? 0) }
  }
}
