internal import Glibc

/// Waiting for a socket that a library owns.
enum SQLWait {
  /// Returns when there is something to read, room to write, or an error to be found out by the next call; false where
  /// nothing of it came by the deadline.
  static func wait(for descriptor: CInt, reading: Bool, writing: Bool, until deadline: Deadline) -> Bool {
    guard descriptor >= 0 else { return true }
    var entry = pollfd(fd: descriptor, events: 0, revents: 0)
    if reading { entry.events |= Int16(POLLIN) }
    if writing { entry.events |= Int16(POLLOUT) }
    while true {
      let count = unsafe poll(&entry, 1, CInt(clamping: deadline.remaining))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return true }
      if deadline.isOver { return false }
    }
  }
}
