import Glibc

/// A reader of lines from standard input, which can return the lines that have already arrived without waiting.
struct QueryInput {
  /// The maximum length of a line, in bytes. A longer line is cut, and the input ends there.
  static let longestLine = 1 << 20

  let isTerminal = isatty(STDIN_FILENO) != 0
  private var bytes: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// Waits for the next line and returns it without trailing spaces and line end; `nil` at the end of the input.
  mutating func line() -> ArraySlice<UInt8>? {
    while true {
      if let line = bufferedLine() { return line }
      if isAtEnd { return nil }
      fill()
    }
  }

  /// Returns a line that has already arrived; `nil` if no line has.
  mutating func bufferedLine() -> ArraySlice<UInt8>? {
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
    guard let end = end ?? (isAtEnd && start < bytes.count ? bytes.count : nil) else { return nil }
    defer { start = end + 1 < bytes.count ? end + 1 : bytes.count }
    let last = bytes[start..<end].lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }
    return bytes[start..<(last.map { $0 + 1 } ?? start)]
  }

  /// Waits for more input.
  private mutating func fill() {
    bytes.removeFirst(start)
    start = 0
    guard bytes.count < Self.longestLine else {
      isAtEnd = true
      return
    }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var count = -1
    repeat {
      count = unsafe block.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    if count > 0 { bytes += block[..<count] } else { isAtEnd = true }
  }
}
