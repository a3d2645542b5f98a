internal import DKIMConfiguration

/// A cache of lookup results. Its size is limited: it has two halves, and when the younger half is full, the older one
/// is dropped.
struct LookupCache {
  private struct Answer {
    let row: DataSetRow?
    /// When the lookup started; milliseconds of the monotonic clock.
    let start: Int64
    /// When the entry expires; milliseconds of the monotonic clock.
    let end: Int64
  }

  /// The longest time for which a missing row is cached; milliseconds.
  static let longestAbsence: Int64 = 5000

  private let lifetime: Int64
  private let half: Int
  /// Bytes of keys and values in the younger half.
  private var weight = 0
  private var young: [ByteKey: Answer] = [:]
  private var old: [ByteKey: Answer] = [:]

  /// Maximum number of bytes in one half.
  private static let heaviest = 16 << 20

  /// - Parameters:
  ///   - seconds: how long a result is used; 0 disables the cache.
  ///   - capacity: maximum number of results.
  init(seconds: Int, capacity: Int = 20_000) {
    lifetime = Int64(clamping: min(max(seconds, 0), 1 << 30)) * 1000
    half = max(1, capacity / 2)
  }

  /// Returns the cached result for a key: `.some(nil)` if the row is known to be missing, `nil` if nothing is cached.
  mutating func answer(to key: String, now: Int64 = Deadline.now) -> DataSetRow?? {
    let key = ByteKey(key)
    if let answer = young[key] { return answer.end > now ? .some(answer.row) : nil }
    guard let answer = old[key], answer.end > now else { return nil }
    keep(answer, for: key)
    return .some(answer.row)
  }

  /// Stores a result, unless the cache already has the result of a later lookup.
  ///
  /// - Parameter start: when the lookup started: the row may have changed since, however late the response arrives.
  mutating func store(_ row: DataSetRow?, for key: String, askedAt start: Int64) {
    guard lifetime > 0 else { return }
    let key = ByteKey(key)
    if let known = young[key] ?? old[key], known.start > start { return }
    let time = row == nil ? min(lifetime, Self.longestAbsence) : lifetime
    keep(Answer(row: row, start: start, end: start + time), for: key)
  }

  var count: Int { young.count + old.count }

  private mutating func keep(_ answer: Answer, for key: ByteKey) {
    if young.count >= half || weight >= Self.heaviest {
      old = young
      young = [:]
      weight = 0
    }
    young[key] = answer
    weight += key.text.utf8.count + (answer.row?.size ?? 0)
  }
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
