/// An SMTP reply that rejects, with the filter's own code and text: `550 5.7.1 Text`.
public struct MilterReplyCode: Sendable, Hashable, CustomStringConvertible {
  /// The reply code, 400 to 599.
  public let code: Int
  /// An enhanced status code such as `5.7.1`.
  public let enhanced: String?
  /// The lines of the text.
  public let lines: [String]

  /// The maximum length of a line in bytes, without code and line ending. // RFC 5321 §4.5.3.1.5
  public static let longestLine = 480
  /// The maximum number of lines.
  public static let mostLines = 32

  /// Creates a reply code. Percent signs need no escaping.
  /// - Throws: `MilterContractViolation.badReplyCode` if the code is not 4xx or 5xx, the enhanced code is malformed or of another
  ///   class, there are too many lines, a line is too long, or a line contains CR, LF or NUL.
  public init(_ code: Int, enhanced: String? = nil, _ lines: String...) throws(MilterContractViolation) {
    try self.init(code, enhanced: enhanced, lines: lines)
  }

  /// Creates a reply code. Percent signs need no escaping.
  public init(_ code: Int, enhanced: String? = nil, lines: [String]) throws(MilterContractViolation) {
    guard (400...599).contains(code) else { throw .badReplyCode("\(code) is not 4xx or 5xx") }
    if let enhanced, !Self.isEnhanced(enhanced, code) {
      throw .badReplyCode("the enhanced code is not \(code / 100).SUBJECT.DETAIL with at most three digits each")
    }
    guard lines.count <= Self.mostLines else { throw .badReplyCode("more than \(Self.mostLines) lines") }
    for line in lines {
      guard line.utf8.count <= Self.longestLine else {
        throw .badReplyCode("a line is longer than \(Self.longestLine) bytes")
      }
      guard line.utf8.allSatisfy({ $0 != 0 && $0 != 0x0A && $0 != 0x0D }) else {
        throw .badReplyCode("CR, LF or NUL in the text")
      }
    }
    self.code = code
    self.enhanced = enhanced
    self.lines = lines
  }

  // RFC 3463 §2
  private static func isEnhanced(_ text: String, _ code: Int) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].elementsEqual("\(code / 100)".utf8)
      && parts.dropFirst().allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy { (0x30...0x39).contains($0) }
      }
  }

  /// The code, the enhanced code and the lines of the text, separated by spaces.
  public var description: String {
    (["\(code)"] + [enhanced].compactMap(\.self) + lines).joined(separator: " ")
  }

  /// The reply as it is sent. Percent signs are doubled, because MTAs treat the text as a format string.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    let texts = lines.isEmpty ? [""] : lines
    for (index, line) in texts.enumerated() {
      let isLast = index == texts.count - 1
      if index > 0 { bytes += [0x0D, 0x0A] }
      bytes += Array("\(code)\(isLast ? " " : "-")".utf8)
      if let enhanced { bytes += Array("\(enhanced) ".utf8) }
      for byte in line.utf8 {
        bytes.append(byte)
        if byte == UInt8(ascii: "%") { bytes.append(byte) }
      }
    }
    return bytes
  }
}
