import Glibc
import Synchronization

/// Standard output and standard error.
enum Terminal {
  /// Makes writes to standard error stop waiting for a slow reader, because it must not block the start of the filter.
  /// Tasks that end by themselves keep waiting.
  static func dropUnreadErrors() { waits.store(false, ordering: .relaxed) }

  static func output(_ text: String) { output(Array(text.utf8)) }
  static func output(_ bytes: [UInt8]) { _ = write(bytes, to: STDOUT_FILENO, within: nil) }
  static func error(_ text: String) {
    _ = line(Array(text.utf8), to: STDERR_FILENO, canWait: waits.load(ordering: .relaxed))
  }

  /// Writes a line.
  /// - Parameter canWait: true to wait for a slow reader for as long as necessary.
  /// - Returns: false if a part of the line is lost.
  static func line(_ bytes: [UInt8], to descriptor: CInt, canWait: Bool) -> Bool {
    guard !canWait else { return write(bytes, to: descriptor, within: nil) }
    // After a line that could not be written, the following ones do not wait.
    let isWritten = write(bytes, to: descriptor, within: isStuck.load(ordering: .relaxed) ? .zero : timeout)
    isStuck.store(!isWritten, ordering: .relaxed)
    return isWritten
  }

  private static let waits = Atomic(true)
  private static let isStuck = Atomic(false)
  /// How long to wait until a pipe or terminal is writable.
  private static let timeout = Duration.milliseconds(100)
  /// The number of bytes that can be written to a pipe without blocking if poll(2) reports it as writable.
  private static let chunk = 4096

  /// Writes the bytes; returns false if some are lost.
  /// - Parameter limit: the longest wait for a slow reader; `nil`: no limit.
  private static func write(_ bytes: [UInt8], to descriptor: CInt, within limit: Duration?) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      if let limit, !isWritable(descriptor, within: limit) { return false }
      let part = limit == nil ? rest : rest.prefix(chunk)
      let count = unsafe part.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Another process has made it non-blocking.
        _ = isWritable(descriptor, within: .seconds(1))
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  private static func isWritable(_ descriptor: CInt, within limit: Duration) -> Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
    return unsafe poll(&state, 1, CInt(milliseconds)) > 0
  }
}
