internal import Glibc

/// TCP keepalive settings. They detect that an idle connection is dead, for example because a firewall has dropped it.
struct Keepalive: Sendable {
  /// Seconds before the first probe.
  let idle: CInt
  /// Seconds between probes.
  let interval: CInt
  /// Number of unanswered probes after which the connection is closed.
  let count: CInt

  /// Detects a dead connection within two minutes.
  static let standard = Keepalive(idle: 60, interval: 15, count: 4)

  func set(on descriptor: CInt) {
    let tcp = CInt(IPPROTO_TCP)
    SocketOption.set(descriptor, tcp, TCP_KEEPIDLE, idle)
    SocketOption.set(descriptor, tcp, TCP_KEEPINTVL, interval)
    SocketOption.set(descriptor, tcp, TCP_KEEPCNT, count)
    SocketOption.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
  }
}
