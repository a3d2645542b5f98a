/// The lines of a body, to find the places where a banner or footer may have been added.
struct BodyLines {
  private static let lf = UInt8(ascii: "\n")
  private static let cr = UInt8(ascii: "\r")
  /// The number of lines that are examined from either end.
  private static let lineLimit = 400
  /// The number of cuts that are tried.
  private static let cutLimit = 48
  /// The number of lines from either end at which a cut is tried regardless of their content.
  private static let anyLineLimit = 12

  private let body: ArraySlice<UInt8>

  init(_ body: ArraySlice<UInt8>) {
    self.body = body
  }

  /// The offsets where a footer may begin, from the bottom up: at each of the last lines, at or after an empty line, or
  /// at a rule, such as a line of dashes.
  var footerStarts: [Int] {
    var starts: [Int] = []
    var end = body.endIndex
    for number in 0..<Self.lineLimit where end > body.startIndex && starts.count < Self.cutLimit {
      let start = lineStart(before: end)
      let isEmpty = isBlank(start..<end)
      let isBehindEmpty = start > body.startIndex && isBlank(lineStart(before: start)..<start)
      if number < Self.anyLineLimit || isEmpty || isBehindEmpty || isRule(start..<end) { starts.append(start) }
      end = start
    }
    return starts
  }

  /// The offsets where a banner may end, from the top down: after each of the first lines, an empty line, or a rule.
  var bannerEnds: [Int] {
    var ends: [Int] = []
    var start = body.startIndex
    for number in 0..<Self.lineLimit where start < body.endIndex && ends.count < Self.cutLimit {
      let end = lineEnd(from: start)
      if number < Self.anyLineLimit || isBlank(start..<end) || isRule(start..<end) { ends.append(end) }
      start = end
    }
    return ends
  }

  /// The offset of the last line of a multipart body, `--...--`; `nil` if the body does not end with one.
  var closingBoundary: Int? {
    var end = body.endIndex
    while end > body.startIndex {
      let start = lineStart(before: end)
      if !isBlank(start..<end) {
        let text = Self.withoutTrailing(body[start..<end])
        return text.count > 4 && text.starts(with: "--".utf8) && text.suffix(2).elementsEqual("--".utf8) ? start : nil
      }
      end = start
    }
    return nil
  }

  private func lineStart(before end: Int) -> Int {
    body[..<(end - 1)].lastIndex(of: Self.lf).map { $0 + 1 } ?? body.startIndex
  }

  private func lineEnd(from start: Int) -> Int {
    body[start...].firstIndex(of: Self.lf).map { $0 + 1 } ?? body.endIndex
  }

  private func isBlank(_ line: Range<Int>) -> Bool {
    body[line].allSatisfy { $0 == Self.cr || $0 == Self.lf || $0 == 0x20 || $0 == 0x09 }
  }

  /// Whether a line is a rule: `-- `, `-----`, `______`, `======`.
  private func isRule(_ line: Range<Int>) -> Bool {
    let text = body[line].prefix(120)
    if text.starts(with: "-- ".utf8) || text.starts(with: "--\r".utf8) { return true }
    guard let first = text.first, "-_=*~#".utf8.contains(first) else { return false }
    return text.prefix(5).count == 5 && text.prefix(5).allSatisfy { $0 == first }
  }

  /// Returns the text without line endings at the end.
  static func withoutTrailing(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(where: { $0 != cr && $0 != lf }) else { return bytes.prefix(0) }
    return bytes[...last]
  }

  /// Returns the text with CRLF in place of every CR, LF and CRLF.
  static func withCRLFOnly(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var previous: UInt8 = 0
    for byte in bytes {
      switch byte {
      case lf where previous == cr: break
      case lf, cr: result += [cr, lf]
      default: result.append(byte)
      }
      previous = byte
    }
    return result
  }

  /// Returns the text with one dot at the beginning of lines that begin with two; `nil` if no line does.
  static func withoutDots(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    let dot = UInt8(ascii: ".")
    var result: [UInt8] = []
    var found = false
    var (last, lastButOne): (UInt8, UInt8) = (lf, 0)
    for byte in bytes {
      if byte == dot, last == dot, lastButOne == lf {
        found = true
      } else {
        result.append(byte)
      }
      (lastButOne, last) = (last, byte)
    }
    return found ? result : nil
  }
}
