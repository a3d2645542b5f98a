/// A cache with a limited number of entries and a limited total cost. When a limit is reached, the least recently used
/// entries are removed. Every operation takes constant time.
package struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    /// The key and the value are `nil` in a slot that is free.
    var key: Key?
    var value: Value?
    var cost: Int
    /// The neighbors towards the most and the least recently used entry; -1 at the ends.
    var newer = -1
    var older = -1
  }

  private let capacity: Int
  private let costLimit: Int
  private var slots: [Key: Int] = [:]
  private var entries: [Entry] = []
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1
  /// The total cost of all entries.
  package private(set) var cost = 0

  /// - Parameters:
  ///   - capacity: the maximum number of entries; 0 disables the cache.
  ///   - costLimit: the maximum total cost.
  package init(capacity: Int, costLimit: Int = .max) {
    self.capacity = capacity
    self.costLimit = costLimit
  }

  package var count: Int { slots.count }

  /// Returns a value without counting this as a use.
  package func peek(_ key: Key) -> Value? { slots[key].flatMap { entries[$0].value } }

  /// Returns a value, whose entry is now the most recently used one.
  package mutating func use(_ key: Key) -> Value? {
    guard let slot = slots[key] else { return nil }
    unlink(slot)
    link(slot)
    return entries[slot].value
  }

  /// Stores a value, whose entry is now the most recently used one. It replaces an earlier value, even if it is not
  /// stored itself because it costs more than the limit.
  package mutating func store(_ value: Value, for key: Key, cost: Int = 0) {
    remove(key)
    guard capacity > 0, cost <= costLimit else { return }
    while oldest >= 0, count >= capacity || self.cost > costLimit - cost { remove(slot: oldest) }
    let entry = Entry(key: key, value: value, cost: cost)
    let slot: Int
    if let reused = free.popLast() {
      entries[reused] = entry
      slot = reused
    } else {
      slot = entries.count
      entries.append(entry)
    }
    slots[key] = slot
    self.cost += cost
    link(slot)
  }

  package mutating func remove(_ key: Key) {
    if let slot = slots[key] { remove(slot: slot) }
  }

  private mutating func remove(slot: Int) {
    unlink(slot)
    if let key = entries[slot].key { slots[key] = nil }
    cost -= entries[slot].cost
    // Releases the memory of the key and the value.
    entries[slot].key = nil
    entries[slot].value = nil
    free.append(slot)
  }

  // MARK: The list in order of use

  private mutating func link(_ slot: Int) {
    entries[slot].newer = -1
    entries[slot].older = newest
    if newest >= 0 { entries[newest].newer = slot } else { oldest = slot }
    newest = slot
  }

  private mutating func unlink(_ slot: Int) {
    let (newer, older) = (entries[slot].newer, entries[slot].older)
    if newer >= 0 { entries[newer].older = older } else { newest = older }
    if older >= 0 { entries[older].newer = newer } else { oldest = newer }
  }
}
