internal import DKIMConfiguration
internal import DKIMCore

/// A cache of lookup results. Its size is limited; the least recently used results are dropped.
struct LookupCache {
  private struct Answer: Sendable {
    let row: DataSetRow?
    /// When the lookup started; milliseconds of the monotonic clock.
    let start: Int64
    /// When the entry expires; milliseconds of the monotonic clock.
    let end: Int64
  }

  /// The longest time for which a missing row is cached; milliseconds.
  static let longestAbsence: Int64 = 5000

  private let lifetime: Int64
  /// The results. One that has expired stays: a result of an earlier lookup must not replace it.
  private var answers: BoundedCache<ByteKey, Answer>

  /// The maximum number of bytes of keys and values.
  private static let heaviest = 32 << 20

  /// - Parameters:
  ///   - seconds: how long a result is used; 0 disables the cache.
  ///   - capacity: maximum number of results.
  init(seconds: Int, capacity: Int = 20_000) {
    lifetime = Int64(clamping: min(max(seconds, 0), 1 << 30)) * 1000
    answers = BoundedCache(capacity: max(1, capacity), costLimit: Self.heaviest)
  }

  /// Returns the cached result for a key: `.some(nil)` if the row is known to be missing, `nil` if nothing is cached.
  mutating func answer(to key: String, now: Int64 = Deadline.now) -> DataSetRow?? {
    let key = ByteKey(key)
    guard let answer = answers.peek(key), answer.end > now else { return nil }
    _ = answers.use(key)
    return .some(answer.row)
  }

  /// Stores a result, unless the cache already has the result of a later lookup.
  ///
  /// - Parameter start: when the lookup started: the row may have changed since, however late the response arrives.
  mutating func store(_ row: DataSetRow?, for key: String, askedAt start: Int64) {
    guard lifetime > 0 else { return }
    let key = ByteKey(key)
    if let known = answers.peek(key), known.start > start { return }
    let time = row == nil ? min(lifetime, Self.longestAbsence) : lifetime
    answers.store(
      Answer(row: row, start: start, end: start + time), for: key, cost: key.text.utf8.count + (row?.size ?? 0))
  }

  var count: Int { answers.count }
}

extension DataSetRow {
  /// Approximate size of the value in bytes.
  fileprivate var size: Int {
    switch value {
    case nil: 0
    case .text(let text): text.utf8.count
    case .columns(let columns): columns.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }
  }
}
