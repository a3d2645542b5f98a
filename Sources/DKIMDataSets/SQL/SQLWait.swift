internal import Glibc

/// Waiting for a socket that a library owns.
enum SQLWait {
  /// Waits until data can be read or written, or the next call would report an error; returns false if the deadline
  /// passes first.
  static func wait(for descriptor: CInt, reading: Bool, writing: Bool, until deadline: Deadline) -> Bool {
    guard descriptor >= 0 else { return true }
    let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
    while true {
      if SocketWait.isReady(descriptor, events, until: deadline) { return true }
      if deadline.isOver { return false }
    }
  }
}
