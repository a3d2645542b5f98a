/// Finds the fields that an `h=` list names, in time linear in the list.
///
/// A name that comes again means the next field of that name further up. // RFC 6376 §5.4.2
struct FieldIndex: Sendable {
  private struct Slot {
    var hash: UInt64 = 0
    /// Some field of that name, to compare names with; -1 in an empty slot.
    var representative: Int32 = -1
    /// The lowest field of that name that was not yet taken, or -1.
    var next: Int32 = -1
  }

  /// Open addressing; a power of two, at most half full.
  private var slots: [Slot]
  /// For each field the next one further up with the same name, or -1.
  private var previous: [Int32]

  init(_ header: MessageHeader) {
    var size = 64
    while size < header.count * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    previous = Array(repeating: -1, count: header.count)
    for field in header.fields.indices where header.fields[field].nameEnd > header.fields[field].start {
      let hash = header.fields[field].nameHash
      let slot = slot(of: hash, name: header.octets.span.extracting(header.nameRange(of: field)), in: header)
      previous[field] = slots[slot].next
      let number = Int32(truncatingIfNeeded: field)
      slots[slot] = Slot(hash: hash, representative: number, next: number)
    }
  }

  /// Takes the lowest field of the name that was not yet taken, `nil` where none is left.
  mutating func take(_ name: Span<UInt8>, from header: MessageHeader) -> Int? {
    take(name, hash: FieldName.hash(name), from: header)
  }

  /// The same for a name whose hash is known.
  mutating func take(_ name: Span<UInt8>, hash: UInt64, from header: MessageHeader) -> Int? {
    let slot = slot(of: hash, name: name, in: header)
    let field = slots[slot].next
    guard field >= 0 else { return nil }
    slots[slot].next = previous[Int(field)]
    return Int(field)
  }

  /// The slot of that name, or the empty one where it belongs.
  private func slot(of hash: UInt64, name: Span<UInt8>, in header: MessageHeader) -> Int {
    var i = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[i].representative >= 0 {
      let range = header.nameRange(of: Int(slots[i].representative))
      if slots[i].hash == hash, FieldName.equal(name, header.octets.span.extracting(range)) { return i }
      i = (i + 1) & (slots.count - 1)
    }
    return i
  }
}
