/// A block between `-----BEGIN` and `-----END`. Text before, between and after blocks is ignored. // RFC 7468 §2
struct PEMBlock {
  let label: String
  /// The range of the text between the two lines.
  let contents: Range<Int>
  /// False if the data ends before the line that closes the block.
  let isComplete: Bool

  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let dashes = Array("-----".utf8)
  /// A longer label is treated as text that happens to look like a block.
  private static let maximumLabelLength = 64

  /// Returns the first block at or after an offset.
  static func find(in bytes: Span<UInt8>, from start: Int) -> PEMBlock? {
    var offset = start
    while let match = find(begin, in: bytes, from: offset) {
      offset = match + begin.count
      guard let labelEnd = find(dashes, in: bytes, from: offset, before: offset + maximumLabelLength) else { continue }
      // The label may be printed, so it must not contain control characters. // RFC 7468 §3 ("labelchar")
      guard (offset..<labelEnd).allSatisfy({ 0x20...0x7E ~= bytes[$0] }) else { continue }
      let label = Bytes.lossyString(bytes.extracting(offset..<labelEnd))
      let contents = labelEnd + dashes.count
      let closing = end + Array(label.utf8) + dashes
      // A new block before the end means that this one is truncated.
      let limit = find(begin, in: bytes, from: contents) ?? bytes.count
      guard let close = find(closing, in: bytes, from: contents, before: limit) else {
        return PEMBlock(label: label, contents: contents..<limit, isComplete: false)
      }
      return PEMBlock(label: label, contents: contents..<close, isComplete: true)
    }
    return nil
  }

  /// Returns the offset of the first occurrence of `wanted` that begins at or after `start` and before `limit`.
  static func find(
    _ wanted: [UInt8], in bytes: Span<UInt8>, from start: Int, before limit: Int = .max
  ) -> Int? {
    let last = min(bytes.count - wanted.count, limit)
    guard start <= last else { return nil }
    return (start...last).first { i in
      bytes[i] == wanted[0] && wanted.indices.allSatisfy { bytes[i + $0] == wanted[$0] }
    }
  }
}
