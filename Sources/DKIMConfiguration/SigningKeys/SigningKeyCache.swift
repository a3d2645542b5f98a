internal import DKIMCore

/// The loaded keys of a ``SigningKeyStore`` and the state of their files. Its size is limited; the least recently used
/// keys are dropped.
///
/// This is not a `BoundedCache`, because pinned keys are never dropped, even if there are more than the limit.
struct SigningKeyCache {
  struct Entry {
    /// The key in use; `nil` if it could not be read yet.
    var loaded: LoadedKey?
    /// The error when the file was last read; `nil` if there was none.
    var failure: SigningKeyStoreError?
    /// The time when the file was last checked, in milliseconds.
    var checked: Int64
    /// True if the key must never be dropped.
    var isPinned: Bool
    /// The sequence number of the last use; a higher number is more recent.
    var used: UInt64 = 0
  }

  /// What a caller that needs a key has to do.
  enum Found {
    case use(SigningKey)
    case refuse(SigningKeyStoreError)
    /// The file must be checked now, by this caller.
    case check(Entry?)
  }

  private var entries: [KeyLocation: Entry] = [:]
  private var uses: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
  }

  var count: Int { entries.count }

  var loadedKeys: [KeyLocation: LoadedKey] { entries.compactMapValues(\.loaded) }

  /// Finds a key. If its file was not checked within `interval` (in milliseconds), this caller gets the task to check it.
  mutating func find(_ location: KeyLocation, now: Int64, interval: Int64, isPinned: Bool) -> Found {
    guard let index = entries.index(forKey: location) else { return .check(nil) }
    uses += 1
    entries.values[index].used = uses
    if isPinned { entries.values[index].isPinned = true }
    let entry = entries.values[index]
    guard now - entry.checked < interval else {
      // Other callers use the current entry in the meantime.
      entries.values[index].checked = now
      return .check(entry)
    }
    if let loaded = entry.loaded { return .use(loaded.key) }
    return entry.failure.map { .refuse($0) } ?? .check(entry)
  }

  mutating func store(_ entry: Entry, at location: KeyLocation) {
    uses += 1
    var entry = entry
    entry.used = uses
    entry.isPinned = entry.isPinned || entries[location]?.isPinned ?? false
    entries[location] = entry
    if entries.count > capacity + max(capacity / 8, 1) { makeRoom() }
  }

  /// Drops the least recently used keys, an eighth of the capacity at once, so that this happens rarely.
  private mutating func makeRoom() {
    let droppable = entries.filter { !$0.value.isPinned }.sorted { $0.value.used < $1.value.used }
    for (location, _) in droppable.prefix(max(entries.count - capacity, 1)) { entries[location] = nil }
  }
}
