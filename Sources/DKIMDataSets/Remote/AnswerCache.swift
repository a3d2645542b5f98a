internal import DKIMConfiguration

/// Answers that may be used again for a while. It holds at most so many: of two halves the older is dropped whenever
/// the younger is full.
struct AnswerCache {
  private struct Answer {
    let row: DataSetRow?
    /// When the store was asked; milliseconds of the monotonic clock.
    let start: Int64
    /// It is used until then.
    let end: Int64
  }

  /// That there is no row is believed for this long at most; milliseconds.
  static let longestAbsence: Int64 = 5000

  private let lifetime: Int64
  private let half: Int
  /// Octets of keys and values in the younger half.
  private var weight = 0
  private var young: [OctetKey: Answer] = [:]
  private var old: [OctetKey: Answer] = [:]

  /// The most octets in one half.
  private static let heaviest = 16 << 20

  /// - Parameters:
  ///   - seconds: how long an answer is used; 0: never.
  ///   - capacity: the most answers.
  init(seconds: Int, capacity: Int = 20_000) {
    lifetime = Int64(clamping: min(max(seconds, 0), 1 << 30)) * 1000
    half = max(1, capacity / 2)
  }

  /// What is known of a key: `.some(nil)` where there is no such row.
  mutating func answer(to key: String, now: Int64 = Deadline.now) -> DataSetRow?? {
    let key = OctetKey(key)
    if let answer = young[key] { return answer.end > now ? .some(answer.row) : nil }
    guard let answer = old[key], answer.end > now else { return nil }
    keep(answer, for: key)
    return .some(answer.row)
  }

  /// Keeps an answer, unless one to a later question is there already.
  ///
  /// - Parameter start: when the store was asked: it may have changed since, however late the answer is.
  mutating func store(_ row: DataSetRow?, for key: String, askedAt start: Int64) {
    guard lifetime > 0 else { return }
    let key = OctetKey(key)
    if let known = young[key] ?? old[key], known.start > start { return }
    let time = row == nil ? min(lifetime, Self.longestAbsence) : lifetime
    keep(Answer(row: row, start: start, end: start + time), for: key)
  }

  var count: Int { young.count + old.count }

  private mutating func keep(_ answer: Answer, for key: OctetKey) {
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
  /// Octets of the value, about.
  fileprivate var size: Int {
    switch value {
    case nil: 0
    case .text(let text): text.utf8.count
    case .columns(let columns): columns.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }
  }
}
