/// A hash table that maps byte strings to the numbers 0, 1, 2, … in order of insertion. Its owner stores the strings.
struct ByteIndex: Sendable {
  /// The number plus one; 0 for an empty slot. The count is a power of two.
  private var slots: [UInt32] = [UInt32](repeating: 0, count: 16)
  private var hashes: [UInt64] = []

  var count: Int { hashes.count }

  mutating func reserve(_ count: Int) {
    hashes.reserveCapacity(count)
    var size = slots.count
    while size < count * 2 { size *= 2 }
    if size > slots.count { grow(to: size) }
  }

  /// Returns the first number with this hash for which `isRight` confirms that the string is equal.
  func first(_ hash: UInt64, where isRight: (Int) -> Bool) -> Int? {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) &- 1
      if hashes[number] == hash, isRight(number) { return number }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Assigns the next number to a string with this hash.
  @discardableResult
  mutating func append(_ hash: UInt64) -> Int {
    if (hashes.count + 1) * 2 > slots.count { grow(to: slots.count * 2) }
    let number = hashes.count
    hashes.append(hash)
    place(number)
    return number
  }

  private mutating func grow(to size: Int) {
    slots = [UInt32](repeating: 0, count: size)
    for number in hashes.indices { place(number) }
  }

  private mutating func place(_ number: Int) {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hashes[number]) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = UInt32(number + 1)
  }
}

/// An incremental hash of bytes.
struct ByteHash {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  /// The hash of the bytes so far. Its low bits depend on all bytes.
  var value: UInt64 {
    let mixed = (state ^ (state >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ (mixed >> 29)
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash = ByteHash()
    for byte in bytes { hash.add(byte) }
    return hash.value
  }
}
