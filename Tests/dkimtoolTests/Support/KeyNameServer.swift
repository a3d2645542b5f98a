import Glibc
import SystemPackage

/// nsd(8) on loopback with one zone, example.com. It ends when the last reference is released.
final class KeyNameServer {
  /// The address in the format of `--nameserver`.
  let address: String
  private let process: pid_t
  private let folder: KeyFolder

  struct NoAnswer: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter records: lines of a zone file.
  init(program: String, records: String) throws {
    folder = try KeyFolder()
    let port = try Self.freePort()
    address = "127.0.0.1@\(port)"
    try folder.write("zone", Self.zoneHead + records + "\n")
    try folder.write("nsd.conf", Self.configuration(folder.root, address))
    process = try KeyProcess.start(
      [program, "-d", "-c", folder.path("nsd.conf")], output: folder.path("log"), errors: folder.path("errors"))
    guard Self.answers(port) else {
      kill(process, SIGTERM)
      waitpid(process, nil, 0)
      throw NoAnswer(description: "nsd does not answer: " + ((try? folder.read("errors")) ?? ""))
    }
  }

  deinit {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  private static let zoneHead = """
    $ORIGIN example.com.
    $TTL 60
    @ SOA ns host 1 3600 600 86400 60
    @ NS ns
    ns A 127.0.0.1

    """

  private static func configuration(_ root: String, _ address: String) -> String {
    """
    server:
      ip-address: \(address)
      username: ""
      chroot: ""
      database: ""
      zonesdir: "\(root)"
      zonelistfile: "\(root)/zones"
      pidfile: "\(root)/pid"
      xfrdfile: "\(root)/xfrd"
      xfrdir: "\(root)"
      rrl-ratelimit: 0
      server-count: 1
    remote-control:
      control-enable: no
    zone:
      name: example.com
      zonefile: zone

    """
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Returns a port that was free a moment ago.
  private static func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isBound else { throw Errno(rawValue: errno) }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Waits until the server accepts connections, for at most ten seconds.
  private static func answers(_ port: UInt16) -> Bool {
    for _ in 0..<200 {
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = loopback(port)
      let isConnected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isConnected { return true }
      usleep(50_000)
    }
    return false
  }
}
