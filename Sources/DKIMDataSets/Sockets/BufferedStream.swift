internal import DKIMConfiguration

/// A reader for lines and blocks of bytes in a stream, with a limit on the length of each.
///
/// One exchange runs at a time, and its response must be read to the end. After a response that was only half read, the
/// stream cannot be used again, because the rest of that response follows.
final class BufferedStream {
  private let stream: any ByteStream
  private var buffer = [UInt8](repeating: 0, count: BufferedStream.usualSize)
  /// The received bytes that have not been read yet: the range from `start` to `end`.
  private var start = 0
  private var end = 0
  private var isInExchange = false

  private static let usualSize = 16 << 10

  init(_ stream: any ByteStream) { self.stream = stream }

  var peer: String { stream.peer }

  func beginExchange() throws(DataSetError) {
    guard !isInExchange, start == end else { throw .temporary("\(peer): the connection is out of sync") }
    isInExchange = true
    start = 0
    end = 0
    if buffer.count > 4 * Self.usualSize { buffer = [UInt8](repeating: 0, count: Self.usualSize) }
  }

  func endExchange() { isInExchange = false }

  func write(_ bytes: [UInt8], until deadline: Deadline) throws(DataSetError) {
    try stream.write(bytes, until: deadline)
  }

  /// Returns the next line without its CR LF; it may have at most `limit` bytes.
  func line(limit: Int, until deadline: Deadline) throws(DataSetError) -> [UInt8] {
    var searched = 0
    while true {
      if let feed = buffer[(start + searched)..<end].firstIndex(of: 0x0A) {
        guard feed > start, buffer[feed - 1] == 0x0D, feed - 1 - start <= limit else { break }
        let line = Array(buffer[start..<feed - 1])
        start = feed + 1
        return line
      }
      searched = end - start
      // The CR may have been received already.
      guard searched <= limit + 1 else { break }
      try fill(until: deadline)
    }
    throw .temporary("\(peer): the response is not a line of at most \(limit) bytes that ends with CR LF")
  }

  /// Returns the given number of bytes.
  func bytes(_ count: Int, until deadline: Deadline) throws(DataSetError) -> [UInt8] {
    try gather(count, until: deadline)
    defer { start += count }
    return Array(buffer[start..<start + count])
  }

  /// Returns the given number of bytes as text; invalid UTF-8 is replaced.
  func text(_ count: Int, until deadline: Deadline) throws(DataSetError) -> String {
    try gather(count, until: deadline)
    defer { start += count }
    return String(decoding: buffer[start..<start + count], as: UTF8.self)
  }

  private func gather(_ count: Int, until deadline: Deadline) throws(DataSetError) {
    while end - start < count { try fill(until: deadline) }
  }

  /// Waits for more bytes.
  private func fill(until deadline: Deadline) throws(DataSetError) {
    if start == end {
      start = 0
      end = 0
    }
    if end == buffer.count {
      if start > 0 {
        buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
        end -= start
        start = 0
      } else {
        buffer += repeatElement(0, count: buffer.count)
      }
    }
    end += try stream.read(into: &buffer, from: end, until: deadline)
  }
}
