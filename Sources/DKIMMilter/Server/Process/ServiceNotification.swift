import CProcess
import Glibc
import SystemSupport

/// Status notifications to the process that started this one: systemd through `NOTIFY_SOCKET` (sd_notify(3)), or the
/// launcher or supervisor through an inherited socket, in the same format.
struct ServiceNotifier: Sendable {
  enum Destination: Sendable, Hashable {
    /// A path, or a name in the abstract namespace with `@` before it.
    case socket(String)
    /// A connected socket that preserves packet boundaries.
    case channel(CInt)
    /// A socket connected to the service manager's socket.
    case manager(CInt)
  }

  let destinations: [Destination]

  /// Connects to the service manager's socket early, because its path cannot be reached after `ChangeRootDirectory`.
  init(destinations: [Destination]) {
    self.destinations = destinations.map { destination in
      guard case .socket(let name) = destination, let socket = Self.connect(name) else { return destination }
      return .manager(socket)
    }
  }

  /// Sends the lines to all destinations. It never blocks; lines that cannot be delivered are lost.
  func send(_ lines: [String], descriptor: CInt? = nil) {
    let bytes = Array(lines.joined(separator: "\n").utf8)
    for destination in destinations {
      switch destination {
      case .socket(let name): Self.send(bytes, to: name)
      case .manager(let socket):
        _ = unsafe bytes.withUnsafeBytes { unsafe cprocess_send(socket, $0.baseAddress, $0.count, -1) }
      case .channel(let socket):
        _ = unsafe bytes.withUnsafeBytes {
          unsafe cprocess_send(socket, $0.baseAddress, $0.count, descriptor ?? -1)
        }
      }
    }
  }

  func ready(descriptor: CInt? = nil) {
    send(["READY=1", "MAINPID=\(getpid())", "STATUS=Filtering mail"], descriptor: descriptor)
  }

  /// Reports the start of a reload; ``ready(descriptor:)`` reports its end.
  func reloading() { send(["RELOADING=1", "MONOTONIC_USEC=\(MonotonicClock.nanoseconds / 1000)"]) }

  func stopping() { send(["STOPPING=1", "STATUS=Finishing messages in progress"]) }

  func watchdog() { send(["WATCHDOG=1"]) }

  private static func connect(_ name: String) -> CInt? {
    guard let address = SocketAddress(pathOrAbstractName: name) else { return nil }
    let socket = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    let isConnected = unsafe address.withPointer { pointer, length in
      unsafe Glibc.connect(socket, pointer, length) == 0
    }
    guard isConnected else {
      close(socket)
      return nil
    }
    return socket
  }

  private static func send(_ bytes: [UInt8], to name: String) {
    guard let address = SocketAddress(pathOrAbstractName: name) else { return }
    let socket = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    unsafe address.withPointer { pointer, length in
      _ = unsafe bytes.withUnsafeBytes {
        unsafe sendto(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT), pointer, length)
      }
    }
  }
}
