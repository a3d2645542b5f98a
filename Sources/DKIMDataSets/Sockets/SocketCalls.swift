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

/// Options of sockets.
enum SocketOption {
  /// Sets a socket option. Errors are ignored, because the system then does not support the option.
  static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
