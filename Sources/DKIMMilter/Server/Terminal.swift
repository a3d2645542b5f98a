import Glibc
import Synchronization

/// Standard output and standard error.
enum Terminal {
  /// The start of the filter must not depend on a reader of standard error. Tasks that end by themselves wait for it.
  static func stopWaitingForStandardError() { waits.store(false, ordering: .relaxed) }

  static func output(_ text: String) { output(Array(text.utf8)) }
  static func output(_ bytes: [UInt8]) { _ = write(bytes, to: STDOUT_FILENO, within: nil) }
  static func error(_ text: String) {
    _ = line(Array(text.utf8), to: STDERR_FILENO, canWait: waits.load(ordering: .relaxed))
  }

  /// - Parameter canWait: it does no harm if this takes as long as a reader wants.
  /// - Returns: false where some of it is lost.
  static func line(_ bytes: [UInt8], to descriptor: CInt, canWait: Bool) -> Bool {
    guard !canWait else { return write(bytes, to: descriptor, within: nil) }
    // Only the first line in a row that cannot be written is waited for.
    let isWritten = write(bytes, to: descriptor, within: isStuck.load(ordering: .relaxed) ? .zero : patience)
    isStuck.store(!isWritten, ordering: .relaxed)
    return isWritten
  }

  private static let waits = Atomic(true)
  private static let isStuck = Atomic(false)
  /// How long a reader of standard error may take to make room.
  private static let patience = Duration.milliseconds(100)
  /// A pipe that poll(2) calls writable takes this many bytes without blocking.
  private static let chunk = 4096

  /// - Parameter limit: the longest wait for a reader that makes no room; `nil`: as long as it takes.
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
