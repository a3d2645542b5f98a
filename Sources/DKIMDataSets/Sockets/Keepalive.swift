internal import Glibc

/// How the system finds out that a connection which nobody uses has gone: a firewall forgets it and drops what comes.
struct Keepalive: Sendable {
  /// Seconds before the first probe.
  let idle: CInt
  /// Seconds between probes.
  let interval: CInt
  /// Probes without an answer after which the connection is given up.
  let count: CInt

  /// Within two minutes.
  static let standard = Keepalive(idle: 60, interval: 15, count: 4)

  func set(on descriptor: CInt) {
    let tcp = CInt(IPPROTO_TCP)
    SocketOption.set(descriptor, tcp, TCP_KEEPIDLE, idle)
    SocketOption.set(descriptor, tcp, TCP_KEEPINTVL, interval)
    SocketOption.set(descriptor, tcp, TCP_KEEPCNT, count)
    SocketOption.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
  }
}
