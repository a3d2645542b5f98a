internal import Glibc

enum SocketOption {
  /// Sets a socket option. Errors are ignored, because the system then does not support the option.
  static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
