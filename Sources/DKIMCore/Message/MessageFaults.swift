/// What a header or a body holds that mail must not hold, and that hops on its way may change or take for
/// something else. It is hashed as it is. // RFC 5322 §2.3
public struct MessageFaults: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// A CR without LF behind it.
  public static let bareCR = MessageFaults(rawValue: 1)
  /// An LF without CR before it.
  public static let bareLF = MessageFaults(rawValue: 2)
  /// An octet 0.
  public static let nul = MessageFaults(rawValue: 4)
}

extension MessageFaults: CustomStringConvertible {
  /// `CR without LF` and the like, one for each fault.
  public var words: [String] {
    [
      contains(.bareCR) ? "CR without LF" : nil, contains(.bareLF) ? "LF without CR" : nil,
      contains(.nul) ? "NUL" : nil,
    ].compactMap(\.self)
  }

  public var description: String { words.joined(separator: ", ") }
}

/// Looks for ``MessageFaults`` in octets that come in pieces.
struct MessageFaultFinder: Sendable {
  private(set) var faults: MessageFaults = []
  private var lastWasCR = false

  mutating func update(_ chunk: Span<UInt8>) {
    guard !chunk.isEmpty else { return }
    check(chunk[0], next: nil)
    var i = 0
    while i &+ ByteScan.blockSize < chunk.count {
      if ByteScan.hasFault(chunk, at: i) {
        for k in i..<(i &+ ByteScan.blockSize) { check(chunk[k], next: chunk[k &+ 1]) }
      }
      i &+= ByteScan.blockSize
    }
    while i &+ 1 < chunk.count {
      check(chunk[i], next: chunk[i &+ 1])
      i &+= 1
    }
    lastWasCR = chunk[chunk.count - 1] == Octets.cr
    if chunk[chunk.count - 1] == 0 { faults.insert(.nul) }
  }

  mutating func finish() -> MessageFaults {
    if lastWasCR { faults.insert(.bareCR) }
    return faults
  }

  /// Two octets in a row; without a `next` the first octet of a chunk behind the last of the one before.
  private mutating func check(_ octet: UInt8, next: UInt8?) {
    let pair = next.map { (octet == Octets.cr, $0 == Octets.lf) } ?? (lastWasCR, octet == Octets.lf)
    if pair.0, !pair.1 { faults.insert(.bareCR) }
    if !pair.0, pair.1 { faults.insert(.bareLF) }
    if octet == 0 { faults.insert(.nul) }
  }
}
