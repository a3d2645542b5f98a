/// What the rows of a walk take in memory, about: a server that lists without end is stopped, however short its rows
/// are.
struct WalkCounter {
  private var octets = 0

  /// What a row takes beside its texts, and what a column does.
  private static let row = 64
  private static let column = 16

  /// For errors, behind what was listed.
  static let tooMuch = "take more than \(StoreLimits.largestWalk >> 20) MiB"

  var isOver: Bool { octets > StoreLimits.largestWalk }

  /// A row, or the key of one.
  mutating func count(_ key: String) { octets += Self.row + key.utf8.count }

  /// Values, whatever rows have them.
  mutating func count(_ columns: [String?]) {
    octets += columns.reduce(Self.row) { $0 + Self.column + ($1?.utf8.count ?? 0) }
  }
}
