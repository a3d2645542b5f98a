public import NIOCore

/// The macros that the MTA has told, by stage.
///
/// `macros["i"]` is what the latest stage says that has it. Braces around a name do not matter. Values are text as the
/// MTA sent it; it may come from strangers.
public struct MilterMacros: Sendable, Hashable {
  /// For each stage NUL-ended names and values by turns, as they came; empty or one for each stage.
  private var sets: [ByteBuffer] = []

  /// None.
  public init() {}

  /// The value; octets that are no UTF-8 are replaced.
  public subscript(_ name: String) -> String? {
    octets(name).map { String(buffer: $0) }
  }

  /// What one stage says.
  public subscript(_ name: String, _ stage: MilterStage) -> String? {
    octets(name, stage).map { String(buffer: $0) }
  }

  /// The value octet for octet; that of the latest stage that has it.
  public func octets(_ name: String) -> ByteBuffer? {
    for stage in MilterStage.allCases.reversed() {
      if let value = octets(name, stage) { return value }
    }
    return nil
  }

  /// The value octet for octet.
  public func octets(_ name: String, _ stage: MilterStage) -> ByteBuffer? {
    guard stage.rawValue < sets.count else { return nil }
    let set = sets[stage.rawValue]
    // Over the octets in place: filters ask for macros of every message, mostly for those that are not there.
    guard let place = Self.place(of: name, in: set.readableBytesUInt8Span) else { return nil }
    return set.getSlice(at: set.readerIndex + place.lowerBound, length: place.count)
  }

  /// All of one stage, in the order they came.
  public func all(_ stage: MilterStage) -> [(name: String, value: String)] {
    guard stage.rawValue < sets.count else { return [] }
    var set = sets[stage.rawValue]
    var all: [(name: String, value: String)] = []
    while let key = set.readString(), let value = set.readString() {
      all.append((String(buffer: key), String(buffer: value)))
    }
    return all
  }

  /// Adds a macro, for tests and for programs that play an MTA. Name and value end at a NUL.
  public mutating func set(_ name: String, _ value: String, _ stage: MilterStage) {
    makeRoom()
    sets[stage.rawValue].writeBytes(name.utf8.prefix { $0 != 0 })
    sets[stage.rawValue].writeInteger(0 as UInt8)
    sets[stage.rawValue].writeBytes(value.utf8.prefix { $0 != 0 })
    sets[stage.rawValue].writeInteger(0 as UInt8)
  }

  /// Replaces the macros of a stage by those of a packet, without the letter of the stage.
  mutating func replace(_ stage: MilterStage, _ payload: ByteBuffer, _ limits: MilterLimits) throws(MilterError) {
    // MTAs send the same macros before each header field.
    if stage.rawValue < sets.count && sets[stage.rawValue] == payload { return }
    guard payload.readableBytes <= limits.macroOctets else {
      throw .macrosTooLong(found: payload.readableBytes, limit: limits.macroOctets)
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
    // A copy: a slice would keep all that was read with it.
    var copy = ByteBufferAllocator().buffer(capacity: payload.readableBytes)
    copy.writeImmutableBuffer(payload)
    sets[stage.rawValue] = copy
  }

  /// Forgets what belongs to a message; that of MAIL stays where it is of the next message.
  mutating func forgetMessage(keepMail: Bool = false) {
    guard !sets.isEmpty else { return }
    for stage in MilterStage.allCases where !stage.isOfConnection && !(keepMail && stage == .mail) {
      if sets[stage.rawValue].readableBytes > 0 { sets[stage.rawValue] = ByteBuffer() }
    }
  }

  private mutating func makeRoom() {
    if sets.isEmpty { sets = Array(repeating: ByteBuffer(), count: MilterStage.allCases.count) }
  }

  /// Where the value of a macro stands among NUL-ended names and values.
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

  /// The place of the NUL, which each string in a set has.
  private static func endOfString(in set: Span<UInt8>, from start: Int) -> Int {
    var at = min(start, set.count)
    while at < set.count, set[at] != 0 { at += 1 }
    return at
  }

  private static func same(_ key: Span<UInt8>, _ name: Substring.UTF8View) -> Bool {
    let hasBraces = key.count > 1 && key[0] == 0x7B && key[key.count - 1] == 0x7D
    var at = hasBraces ? 1 : 0
    let end = hasBraces ? key.count - 1 : key.count
    for octet in name {
      guard at < end, key[at] == octet else { return false }
      at += 1
    }
    return at == end
  }

  private static func bare(_ name: String.UTF8View) -> Substring.UTF8View {
    guard name.first == 0x7B, name.last == 0x7D, name.count > 1 else { return name[...] }
    return name.dropFirst().dropLast()
  }
}
