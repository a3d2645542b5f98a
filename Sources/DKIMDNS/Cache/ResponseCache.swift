import DKIMCore

/// A cache of answers by name, with expiration. When a limit is reached, the least recently used answer is removed.
/// Every operation takes constant time. Instants are durations since any fixed point in time.
struct ResponseCache: Sendable {
  private struct Entry: Sendable {
    var answer: KeyAnswer
    var expires: Duration
  }

  private let limits: DNSConfiguration.CacheLimits
  private var entries: BoundedCache<String, Entry>

  init(limits: DNSConfiguration.CacheLimits) {
    self.limits = limits
    entries = BoundedCache(capacity: limits.entries, costLimit: limits.bytes)
  }

  var count: Int { entries.count }

  /// The size of all names and records in bytes, plus a fixed overhead per entry.
  var bytes: Int { entries.cost }

  /// Returns the cached answer for `name` if it has not expired.
  mutating func answer(for name: String, at now: Duration) -> KeyAnswer? {
    guard let entry = entries.use(name) else { return nil }
    guard now < entry.expires else {
      entries.remove(name)
      return nil
    }
    return entry.answer
  }

  /// Caches `answer` for `seconds`, but not longer than the limits allow. Failures and answers with a lifetime of zero
  /// are not cached.
  mutating func keep(_ answer: KeyAnswer, for name: String, seconds: UInt32, at now: Duration) {
    entries.remove(name)
    guard let limit = lifetimeLimit(answer) else { return }
    let lifetime = min(.seconds(Int64(seconds)), limit)
    guard lifetime > .zero else { return }
    entries.store(Entry(answer: answer, expires: now + lifetime), for: name, cost: Self.size(name, answer))
  }

  private func lifetimeLimit(_ answer: KeyAnswer) -> Duration? {
    switch answer {
    case .records: limits.lifetime
    case .noSuchName, .noData: limits.negativeLifetime
    case .failure: nil
    }
  }

  /// Estimates the size of an entry in bytes: 128 bytes of bookkeeping, plus 32 for the array of each record.
  private static func size(_ name: String, _ answer: KeyAnswer) -> Int {
    let books = 128 + name.utf8.count
    guard case .records(let records, _) = answer else { return books }
    return records.reduce(books) { $0 + 32 + $1.count }
  }
}
