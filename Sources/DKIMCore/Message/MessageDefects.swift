/// Bytes in a header or a body that are not allowed in mail and that relays may change or misinterpret. They are hashed
/// unchanged. // RFC 5322 §2.3
public struct MessageDefects: OptionSet, Sendable, Hashable {
  /// The defects as a bit set.
  public let rawValue: UInt8

  /// Creates the defects from a bit set.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// A CR that is not followed by LF.
  public static let bareCR = MessageDefects(rawValue: 1)
  /// An LF that is not preceded by CR.
  public static let bareLF = MessageDefects(rawValue: 2)
  /// A NUL byte.
  public static let nul = MessageDefects(rawValue: 4)
}

extension MessageDefects: CustomStringConvertible {
  /// The defects as text, such as `CR without LF`, one element per defect.
  public var words: [String] {
    [
      contains(.bareCR) ? "CR without LF" : nil, contains(.bareLF) ? "LF without CR" : nil,
      contains(.nul) ? "NUL" : nil,
    ].compactMap(\.self)
  }

  public var description: String { words.joined(separator: ", ") }
}

/// Finds ``MessageDefects`` in data that arrives in chunks.
struct MessageDefectFinder: Sendable {
  private(set) var defects: MessageDefects = []
  private var lastWasCR = false

  mutating func update(_ chunk: Span<UInt8>) {
    guard !chunk.isEmpty else { return }
    check(chunk[0], next: nil)
    var i = 0
    while i &+ ByteScan.blockSize < chunk.count {
      if ByteScan.hasDefect(chunk, at: i) {
        for k in i..<(i &+ ByteScan.blockSize) { check(chunk[k], next: chunk[k &+ 1]) }
      }
      i &+= ByteScan.blockSize
    }
    while i &+ 1 < chunk.count {
      check(chunk[i], next: chunk[i &+ 1])
      i &+= 1
    }
    lastWasCR = chunk[chunk.count - 1] == Bytes.cr
    if chunk[chunk.count - 1] == 0 { defects.insert(.nul) }
  }

  mutating func finish() -> MessageDefects {
    if lastWasCR { defects.insert(.bareCR) }
    return defects
  }

  /// Checks two consecutive bytes. If `next` is `nil`, `byte` is the first byte of a chunk and is checked against the
  /// last byte of the previous chunk.
  private mutating func check(_ byte: UInt8, next: UInt8?) {
    let pair = next.map { (byte == Bytes.cr, $0 == Bytes.lf) } ?? (lastWasCR, byte == Bytes.lf)
    if pair.0, !pair.1 { defects.insert(.bareCR) }
    if !pair.0, pair.1 { defects.insert(.bareLF) }
    if byte == 0 { defects.insert(.nul) }
  }
}
