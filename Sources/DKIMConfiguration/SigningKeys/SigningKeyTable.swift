internal import DKIMCore

/// The keys of a store and what is known of their files. Bounded: what was not asked for longest goes first.
struct SigningKeyTable {
  struct Entry {
    /// The key in use; `nil` where none could be read yet.
    var loaded: LoadedKey?
    /// What was wrong when the file was last read; `nil` where nothing was.
    var failure: SigningKeyStoreError?
    /// When the file was last looked at, milliseconds.
    var checked: Int64
    /// Stays, whatever is asked for.
    var isPinned: Bool
    /// The higher, the later it was asked for.
    var used: UInt64 = 0
  }

  enum Found {
    case use(SigningKey)
    case refuse(SigningKeyStoreError)
    /// It is time to look at the file; the caller is the one who does.
    case look(Entry?)
  }

  private var entries: [KeyLocation: Entry] = [:]
  private var uses: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
  }

  var count: Int { entries.count }

  var loadedKeys: [KeyLocation: LoadedKey] { entries.compactMapValues(\.loaded) }

  mutating func find(_ location: KeyLocation, now: Int64, interval: Int64, isPinned: Bool) -> Found {
    guard let place = entries.index(forKey: location) else { return .look(nil) }
    uses += 1
    entries.values[place].used = uses
    if isPinned { entries.values[place].isPinned = true }
    let entry = entries.values[place]
    guard now - entry.checked < interval else {
      // Others who ask meanwhile get what there is.
      entries.values[place].checked = now
      return .look(entry)
    }
    if let loaded = entry.loaded { return .use(loaded.key) }
    return entry.failure.map { .refuse($0) } ?? .look(entry)
  }

  mutating func store(_ entry: Entry, at location: KeyLocation) {
    uses += 1
    var entry = entry
    entry.used = uses
    entry.isPinned = entry.isPinned || entries[location]?.isPinned ?? false
    entries[location] = entry
    if entries.count > capacity + max(capacity / 8, 1) { makeRoom() }
  }

  /// Drops an eighth at once, so that this happens seldom.
  private mutating func makeRoom() {
    let droppable = entries.filter { !$0.value.isPinned }.sorted { $0.value.used < $1.value.used }
    for (location, _) in droppable.prefix(max(entries.count - capacity, 1)) { entries[location] = nil }
  }
}
