internal import Glibc

/// Waits for descriptors.
enum SocketWait {
  /// Waits until a descriptor is ready for `events`, has failed, or time is up. False where it may not be ready; the
  /// caller looks at the time then.
  static func isReady(_ descriptor: CInt, _ events: CInt, until deadline: Deadline) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
    return unsafe poll(&entry, 1, CInt(clamping: deadline.remaining)) > 0
  }
}
