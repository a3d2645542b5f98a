import DKIMCore

/// A cache of answers by name, with expiration. When a limit is reached, the least recently used answer is removed.
/// Every operation takes constant time. Instants are durations since any fixed point in time.
struct ResponseCache: Sendable {
  private struct Entry: Sendable {
    var name: String
    var answer: KeyAnswer
    var expires: Duration
    var octets: Int
    /// The neighbors towards the most and the least recently used entry; -1 at the ends.
    var newer: Int
    var older: Int
  }

  private let limits: DNSConfiguration.CacheLimits
  private var places: [String: Int] = [:]
  private var entries: [Entry] = []
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1
  /// The size of all names and records in bytes, plus a fixed overhead per entry.
  private(set) var octets = 0

  init(limits: DNSConfiguration.CacheLimits) { self.limits = limits }

  var count: Int { places.count }

  /// Returns the cached answer for `name` if it has not expired.
  mutating func answer(for name: String, at now: Duration) -> KeyAnswer? {
    guard let place = places[name] else { return nil }
    guard now < entries[place].expires else {
      remove(place)
      return nil
    }
    unlink(place)
    link(place)
    return entries[place].answer
  }

  /// Caches `answer` for `seconds`, but not longer than the limits allow. Failures and answers with a lifetime of zero
  /// are not cached.
  mutating func keep(_ answer: KeyAnswer, for name: String, seconds: UInt32, at now: Duration) {
    if let place = places[name] { remove(place) }
    guard let limit = lifetimeLimit(answer), limits.entries > 0 else { return }
    let lifetime = min(.seconds(Int64(seconds)), limit)
    let size = Self.size(name, answer)
    guard lifetime > .zero, size <= limits.octets else { return }
    while oldest >= 0, count >= limits.entries || octets > limits.octets - size { remove(oldest) }
    insert(Entry(name: name, answer: answer, expires: now + lifetime, octets: size, newer: -1, older: -1))
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

  private mutating func insert(_ entry: Entry) {
    let place: Int
    if let reused = free.popLast() {
      entries[reused] = entry
      place = reused
    } else {
      place = entries.count
      entries.append(entry)
    }
    places[entry.name] = place
    octets += entry.octets
    link(place)
  }

  private mutating func remove(_ place: Int) {
    unlink(place)
    places[entries[place].name] = nil
    octets -= entries[place].octets
    // Releases the memory of the records.
    entries[place].answer = .noData(secure: false)
    free.append(place)
  }

  private mutating func link(_ place: Int) {
    entries[place].newer = -1
    entries[place].older = newest
    if newest >= 0 { entries[newest].newer = place } else { oldest = place }
    newest = place
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (entries[place].newer, entries[place].older)
    if newer >= 0 { entries[newer].older = older } else { newest = older }
    if older >= 0 { entries[older].newer = newer } else { oldest = newer }
  }
}
