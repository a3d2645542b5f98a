/// Splits a message into header fields; `offset` advances field by field and ends at the body.
struct HeaderReader {
  private(set) var offset = 0
  private var atEnd = false

  /// Returns the next field, or `nil` after the last one; `offset` is then the start of the body.
  mutating func nextField(_ message: Span<UInt8>) -> MessageHeader.Extent? {
    guard !atEnd, offset < message.count else { return nil }
    if Self.isCRLF(message, at: offset) {
      offset += 2
      atEnd = true
      return nil
    }
    let start = offset
    let end = Self.endOfField(message, from: start)
    offset = min(end + 2, message.count)
    return Self.extent(of: message, from: start, to: end)
  }

  /// Returns the offset of the first CRLF that is not followed by WSP, or the end of the message.
  private static func endOfField(_ message: Span<UInt8>, from start: Int) -> Int {
    var i = start
    while let lf = ByteScan.firstLF(in: message, from: i) {
      if lf > start, message[lf - 1] == Bytes.cr {
        guard lf + 1 < message.count, ASCII.isWSP(message[lf + 1]) else { return lf - 1 }
      }
      i = lf + 1
    }
    return message.count
  }

  private static func isCRLF(_ message: Span<UInt8>, at i: Int) -> Bool {
    i + 1 < message.count && message[i] == Bytes.cr && message[i + 1] == Bytes.lf
  }

  /// Locates the parts of a field: field-name = 1*ftext; WSP before the colon is accepted. // RFC 5322 §2.2, §4.5
  static func extent(of bytes: Span<UInt8>, from start: Int, to end: Int) -> MessageHeader.Extent {
    let none = MessageHeader.Extent(start: start, nameEnd: start, valueStart: start, end: end, nameHash: 0)
    var i = start
    while i < end, HeaderFieldName.isNameByte(bytes[i]) { i += 1 }
    let nameEnd = i
    while i < end, ASCII.isWSP(bytes[i]) { i += 1 }
    guard nameEnd > start, i < end, bytes[i] == UInt8(ascii: ":") else { return none }
    let hash = HeaderFieldName.hash(bytes.extracting(start..<nameEnd))
    return MessageHeader.Extent(start: start, nameEnd: nameEnd, valueStart: i + 1, end: end, nameHash: hash)
  }
}
