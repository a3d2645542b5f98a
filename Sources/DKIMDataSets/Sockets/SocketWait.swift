internal import Glibc

/// Waits for descriptors.
enum SocketWait {
  /// Waits until a descriptor is ready for `events`, has failed, or the deadline has passed. Returns false if it may
  /// not be ready; the caller then checks the deadline.
  static func isReady(_ descriptor: CInt, _ events: CInt, until deadline: Deadline) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
    return unsafe poll(&entry, 1, CInt(clamping: deadline.remaining)) > 0
  }
}
