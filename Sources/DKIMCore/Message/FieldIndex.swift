/// Finds the header fields that an `h=` list names, in time linear in the length of the list.
///
/// Each repetition of a name refers to the next field of that name above the previous one. // RFC 6376 §5.4.2
struct FieldIndex: Sendable {
  private struct Slot {
    var hash: UInt64 = 0
    /// A field with that name, for comparing names; -1 in an empty slot.
    var representative: Int32 = -1
    /// The lowest field with that name that has not been taken yet, or -1.
    var next: Int32 = -1
  }

  /// Open addressing; a power of two, at most half full.
  private var slots: [Slot]
  /// For each field, the next field above it with the same name, or -1.
  private var previous: [Int32]

  init(_ header: MessageHeader) {
    var size = 64
    while size < header.count * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    previous = Array(repeating: -1, count: header.count)
    for field in header.fields.indices where header.fields[field].nameEnd > header.fields[field].start {
      let hash = header.fields[field].nameHash
      let slot = slot(of: hash, name: header.bytes.span.extracting(header.nameRange(of: field)), in: header)
      previous[field] = slots[slot].next
      let number = Int32(truncatingIfNeeded: field)
      slots[slot] = Slot(hash: hash, representative: number, next: number)
    }
  }

  /// Takes the lowest field with that name that has not been taken yet; `nil` if none is left.
  mutating func take(_ name: Span<UInt8>, from header: MessageHeader) -> Int? {
    take(name, hash: HeaderFieldName.hash(name), from: header)
  }

  /// Takes the lowest remaining field with a name whose hash is known.
  mutating func take(_ name: Span<UInt8>, hash: UInt64, from header: MessageHeader) -> Int? {
    let slot = slot(of: hash, name: name, in: header)
    let field = slots[slot].next
    guard field >= 0 else { return nil }
    slots[slot].next = previous[Int(field)]
    return Int(field)
  }

  /// Returns the slot of that name, or the empty slot where it would be inserted.
  private func slot(of hash: UInt64, name: Span<UInt8>, in header: MessageHeader) -> Int {
    var i = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[i].representative >= 0 {
      let range = header.nameRange(of: Int(slots[i].representative))
      if slots[i].hash == hash, HeaderFieldName.equal(name, header.bytes.span.extracting(range)) { return i }
      i = (i + 1) & (slots.count - 1)
    }
    return i
  }
}
