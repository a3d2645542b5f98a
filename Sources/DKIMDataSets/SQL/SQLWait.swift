internal import Glibc

/// Waiting for a socket that a library owns.
enum SQLWait {
  /// Returns when there is something to read, room to write, or an error to be found out by the next call; false where
  /// nothing of it came by the deadline.
  static func wait(for descriptor: CInt, reading: Bool, writing: Bool, until deadline: Deadline) -> Bool {
    guard descriptor >= 0 else { return true }
    let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
    while true {
      if SocketWait.isReady(descriptor, events, until: deadline) { return true }
      if deadline.isOver { return false }
    }
  }
}
