/// Reads the messages of an mbox one by one. A line that begins with `From `, at the start or after an empty line,
/// begins a message. Of a file, at most one message and the block that was read last are kept in memory.
///
///     var reader = MboxReader(bytes)
///     while let message = try reader.next() { print(message.count) }
///
/// The first line determines the line endings of the file. If it ends in LF, all LFs are read as CRLF.
public struct MboxReader: Sendable {
  /// Reads the next `count` bytes of a file; fewer only at the end of the file.
  public typealias Read = @Sendable (_ count: Int) throws -> [UInt8]

  private let read: Read
  private let sizeLimit: Int
  private var buffer: [UInt8]
  /// The offset of the next message, at its `From ` line.
  private var start = 0
  private var atEnd = false
  private let isUnixText: Bool

  private static let mark = Array("From ".utf8)
  private static let blockSize = 1 << 20
  private static let lf = UInt8(ascii: "\n")
  private static let cr = UInt8(ascii: "\r")

  /// Returns whether a file that begins with these bytes is an mbox.
  public static func isMbox(_ bytes: [UInt8]) -> Bool { bytes.starts(with: mark) }

  /// Creates a reader for an mbox in memory.
  public init(_ bytes: [UInt8]) {
    self.init(bytes, sizeLimit: .max) { _ in [] }
  }

  /// Creates a reader for an mbox whose beginning was read already; see ``isMbox(_:)``.
  ///
  /// - Parameters:
  ///   - beginning: the beginning of the file: at least the first line.
  ///   - sizeLimit: the maximum size of a message in bytes.
  ///   - read: reads the rest of the file.
  public init(_ beginning: [UInt8], sizeLimit: Int, rest read: @escaping Read) {
    self.read = read
    self.sizeLimit = sizeLimit
    buffer = beginning
    let lineEnd = beginning.firstIndex(of: Self.lf) ?? 0
    isUnixText = lineEnd == 0 || beginning[lineEnd - 1] != Self.cr
  }

  /// Returns the next message without its `From ` line and the empty line after it, as it is sent, with CRLF line
  /// endings; `nil` after the last message.
  ///
  /// - Throws: ``MboxError``, or the error of the function that reads the file.
  public mutating func next() throws -> [UInt8]? {
    guard start < buffer.count else { return nil }
    var searched = start
    while true {
      if let boundary = boundary(from: searched) {
        defer { start = boundary }
        return message(start..<boundary)
      }
      guard !atEnd else {
        defer { start = buffer.count }
        return message(start..<buffer.count)
      }
      // A boundary, at most CR LF CR LF and `From `, may cross the end of the buffer.
      searched = max(start, buffer.count - Self.mark.count - 4)
      let shift = start
      try readMore()
      searched -= shift
    }
  }

  private mutating func readMore() throws {
    buffer.removeFirst(start)
    start = 0
    guard buffer.count <= sizeLimit else { throw MboxError.messageTooLarge(limit: sizeLimit) }
    let count = max(Self.blockSize, buffer.count)
    let block = try read(count)
    buffer += block
    atEnd = block.count < count
  }

  /// Returns the offset of the first `From ` line after an empty line.
  private func boundary(from searched: Int) -> Int? {
    var i = searched
    while let lf = buffer[i...].firstIndex(of: Self.lf) {
      let line = lf + 1
      if line > start, line + Self.mark.count <= buffer.count, isEmptyLine(endingAt: lf),
        buffer[line..<(line + Self.mark.count)].elementsEqual(Self.mark)
      {
        return line
      }
      i = line
    }
    return nil
  }

  private func isEmptyLine(endingAt lf: Int) -> Bool {
    let end = lf > 0 && buffer[lf - 1] == Self.cr ? lf - 1 : lf
    return end > start && buffer[end - 1] == Self.lf
  }

  /// Returns the message between its `From ` line and the next one.
  private func message(_ range: Range<Int>) -> [UInt8] {
    let lines = buffer[range]
    let begin = lines.firstIndex(of: Self.lf).map { $0 + 1 } ?? range.upperBound
    var content = lines[begin...]
    // The empty line at the end belongs to the mbox.
    if let last = content.indices.last, content[last] == Self.lf, isEmptyLine(endingAt: last), last > begin {
      content = content[..<(content[last - 1] == Self.cr ? last - 1 : last)]
    }
    return isUnixText ? LineEnds.withCRLF(content) : Array(content)
  }

  /// Returns the message without the `>` that mbox writers add before `From ` at the beginning of lines; `nil` if no
  /// line has one.
  package static func unquoted(_ message: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var start = 0
    var found = false
    while start < message.count {
      let end = message[start...].firstIndex(of: lf).map { $0 + 1 } ?? message.count
      let line = message[start..<end]
      let isQuoted = line.first == UInt8(ascii: ">") && line.drop { $0 == UInt8(ascii: ">") }.starts(with: mark)
      result += isQuoted ? line.dropFirst() : line
      found = found || isQuoted
      start = end
    }
    return found ? result : nil
  }
}

/// The reason why an mbox cannot be read.
public enum MboxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A message is larger than the limit, in bytes.
  case messageTooLarge(limit: Int)

  /// The reason in English.
  public var description: String {
    switch self {
    case .messageTooLarge(let limit): "a message is larger than \(limit) bytes"
    }
  }
}
