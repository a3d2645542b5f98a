public import NIOCore

/// The macros that the MTA has sent, by stage.
///
/// `macros["i"]` is the value from the latest stage that has this macro. Braces around a name are ignored. Values are
/// the text that the MTA sent; an attacker may have chosen it.
public struct MilterMacros: Sendable, Hashable {
  /// One buffer per stage, with alternating NUL-terminated names and values as received; empty before the first macro.
  private var sets: [ByteBuffer] = []

  /// Creates an empty set of macros.
  public init() {}

  /// The value from the latest stage that has the macro; bytes that are not valid UTF-8 are replaced.
  public subscript(_ name: String) -> String? {
    bytes(name).map { String(buffer: $0) }
  }

  /// The value from one stage; bytes that are not valid UTF-8 are replaced.
  public subscript(_ name: String, _ stage: MilterStage) -> String? {
    bytes(name, stage).map { String(buffer: $0) }
  }

  /// Returns the unchanged bytes of the value from the latest stage that has the macro.
  public func bytes(_ name: String) -> ByteBuffer? {
    for stage in MilterStage.allCases.reversed() {
      if let value = bytes(name, stage) { return value }
    }
    return nil
  }

  /// Returns the unchanged bytes of the value from one stage.
  public func bytes(_ name: String, _ stage: MilterStage) -> ByteBuffer? {
    guard stage.rawValue < sets.count else { return nil }
    let set = sets[stage.rawValue]
    // Search the bytes in place: filters look up macros for every message, and most of these macros do not exist.
    guard let place = Self.place(of: name, in: set.readableBytesUInt8Span) else { return nil }
    return set.getSlice(at: set.readerIndex + place.lowerBound, length: place.count)
  }

  /// Returns all macros of one stage, in the order received.
  public func all(_ stage: MilterStage) -> [(name: String, value: String)] {
    guard stage.rawValue < sets.count else { return [] }
    var set = sets[stage.rawValue]
    var all: [(name: String, value: String)] = []
    while let key = set.readString(), let value = set.readString() {
      all.append((String(buffer: key), String(buffer: value)))
    }
    return all
  }

  /// Sets a macro, for tests and for programs that simulate an MTA. A NUL ends the name or the value.
  public mutating func set(_ name: String, _ value: String, _ stage: MilterStage) {
    makeRoom()
    remove(name, stage)
    sets[stage.rawValue].writeBytes(name.utf8.prefix { $0 != 0 })
    sets[stage.rawValue].writeInteger(0 as UInt8)
    sets[stage.rawValue].writeBytes(value.utf8.prefix { $0 != 0 })
    sets[stage.rawValue].writeInteger(0 as UInt8)
  }

  private mutating func remove(_ name: String, _ stage: MilterStage) {
    var old = sets[stage.rawValue]
    guard let value = Self.place(of: name, in: old.readableBytesUInt8Span) else { return }
    var start = value.lowerBound - 1
    while start > 0, old.getInteger(at: old.readerIndex + start - 1, as: UInt8.self) != 0 { start -= 1 }
    var others = old.readSlice(length: start) ?? ByteBuffer()
    old.moveReaderIndex(forwardBy: value.upperBound + 1 - start)
    others.writeBuffer(&old)
    sets[stage.rawValue] = others
  }

  /// Replaces the macros of a stage with those of a packet. `payload` does not include the letter of the stage.
  mutating func replace(_ stage: MilterStage, _ payload: ByteBuffer, _ limits: MilterLimits) throws(MilterError) {
    // MTAs send the same macros before each header field.
    if stage.rawValue < sets.count && sets[stage.rawValue] == payload { return }
    guard payload.readableBytes <= limits.macroBytes else {
      throw .macrosTooLong(found: payload.readableBytes, limit: limits.macroBytes)
    }
    var rest = payload
    var count = 0
    while rest.readableBytes > 0 {
      guard let key = rest.readString() else { throw .missingNUL(.macros) }
      guard key.readableBytes > 0 else { throw .emptyName(.macros) }
      guard rest.readableBytes > 0 else {
        throw .badStringCount(.macros, found: 2 * count + 1, expected: 2 * count + 2)
      }
      guard rest.readString() != nil else { throw .missingNUL(.macros) }
      count += 1
    }
    guard count <= limits.macros else { throw .tooManyMacros(found: count, limit: limits.macros) }
    makeRoom()
    // Copy it: a slice would keep the memory of the whole read alive.
    var copy = ByteBufferAllocator().buffer(capacity: payload.readableBytes)
    copy.writeImmutableBuffer(payload)
    sets[stage.rawValue] = copy
  }

  /// Removes the macros of a message. With `keepMail`, those of MAIL stay, because they belong to the next message.
  mutating func forgetMessage(keepMail: Bool = false) {
    guard !sets.isEmpty else { return }
    for stage in MilterStage.allCases where !stage.isOfConnection && !(keepMail && stage == .mail) {
      if sets[stage.rawValue].readableBytes > 0 { sets[stage.rawValue] = ByteBuffer() }
    }
  }

  private mutating func makeRoom() {
    if sets.isEmpty { sets = Array(repeating: ByteBuffer(), count: MilterStage.allCases.count) }
  }

  /// Returns the range of a macro's value in a buffer of NUL-terminated names and values.
  private static func place(of name: String, in set: Span<UInt8>) -> Range<Int>? {
    let name = bare(name.utf8)
    var at = 0
    while at < set.count {
      let keyEnd = endOfString(in: set, from: at)
      let valueEnd = endOfString(in: set, from: keyEnd + 1)
      guard valueEnd < set.count else { return nil }
      if same(set.extracting(at..<keyEnd), name) { return keyEnd + 1..<valueEnd }
      at = valueEnd + 1
    }
    return nil
  }

  /// Returns the position of the NUL that terminates the string at `start`.
  private static func endOfString(in set: Span<UInt8>, from start: Int) -> Int {
    var at = min(start, set.count)
    while at < set.count, set[at] != 0 { at += 1 }
    return at
  }

  private static func same(_ key: Span<UInt8>, _ name: Substring.UTF8View) -> Bool {
    let hasBraces = key.count > 1 && key[0] == 0x7B && key[key.count - 1] == 0x7D
    var at = hasBraces ? 1 : 0
    let end = hasBraces ? key.count - 1 : key.count
    for byte in name {
      guard at < end, key[at] == byte else { return false }
      at += 1
    }
    return at == end
  }

  private static func bare(_ name: String.UTF8View) -> Substring.UTF8View {
    guard name.first == 0x7B, name.last == 0x7D, name.count > 1 else { return name[...] }
    return name.dropFirst().dropLast()
  }
}
