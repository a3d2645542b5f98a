internal import DKIMConfiguration

/// Answers that may be used again for a while. It holds at most so many: of two halves the older is dropped whenever
/// the younger is full.
struct AnswerCache {
  private struct Answer {
    let row: DataSetRow?
    /// Milliseconds of the monotonic clock.
    let end: Int64
  }

  /// That there is no row is believed for this long at most; milliseconds.
  static let longestAbsence: Int64 = 5000

  private let lifetime: Int64
  private let half: Int
  /// Octets of keys and values in the younger half.
  private var weight = 0
  private var young: [String: Answer] = [:]
  private var old: [String: Answer] = [:]

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
    if let answer = young[key] { return answer.end > now ? .some(answer.row) : nil }
    guard let answer = old[key], answer.end > now else { return nil }
    keep(answer, for: key)
    return .some(answer.row)
  }

  mutating func store(_ row: DataSetRow?, for key: String, now: Int64 = Deadline.now) {
    guard lifetime > 0 else { return }
    keep(Answer(row: row, end: now + (row == nil ? min(lifetime, Self.longestAbsence) : lifetime)), for: key)
  }

  var count: Int { young.count + old.count }

  private mutating func keep(_ answer: Answer, for key: String) {
    if young.count >= half || weight >= Self.heaviest {
      old = young
      young = [:]
      weight = 0
    }
    young[key] = answer
    weight += key.utf8.count + (answer.row?.size ?? 0)
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
