import CProcess
import DKIMConfiguration
import Glibc
import SystemPackage
import SystemSupport

/// A listening socket, and its file if it is a unix socket.
struct ListeningSocket: Sendable {
  /// The length of the queue of connections to be accepted; the system may have a lower limit.
  private static let backlog: CInt = 4096

  let descriptor: CInt
  /// The file of the unix socket, to be removed at the end.
  let file: SocketFile?

  /// The file of a unix socket, identified by device and inode.
  struct SocketFile: Sendable, Hashable {
    let path: String
    let device: UInt64
    let inode: UInt64

    /// Removes the file if it is still the same one.
    func remove() {
      guard SocketFile.at(path) == self else { return }
      unsafe unlink(path)
    }

    static func at(_ path: String) -> SocketFile? {
      var status = stat()
      guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
      return SocketFile(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
  }

  /// Sets the length of the queue to ``backlog``.
  static func lengthenQueue(_ descriptor: CInt) { _ = listen(descriptor, backlog) }

  /// Creates a unix socket. A stale socket is replaced; a socket in use is not, and a file that is not a socket is
  /// never removed.
  static func unix(_ path: String) throws(StartFailure) -> ListeningSocket {
    guard !path.hasPrefix("@"), let address = SocketAddress(path: path) else {
      throw StartFailure(
        .configuration,
        "\(Setting.socket.name) local:\(path): the path is empty or longer than \(SocketAddress.longestPath) bytes")
    }
    try makeRoom(at: path, address)
    let descriptor = try open(AF_UNIX)
    do throws(StartFailure) {
      let bound = unsafe address.withPointer { unsafe bind(descriptor, $0, $1) }
      guard bound == 0 else {
        let error = errno
        throw failure("local:\(path)", "\(Errno(rawValue: error))", fix(path, error))
      }
      guard listen(descriptor, backlog) == 0 else { throw failure("local:\(path)", lastSystemError()) }
    } catch {
      close(descriptor)
      throw error
    }
    return ListeningSocket(descriptor: descriptor, file: SocketFile.at(path))
  }

  /// Creates a TCP socket on the first of the addresses that can be bound.
  static func tcp(_ addresses: [SocketAddress], name: String) throws(StartFailure) -> ListeningSocket {
    var problem = "the name has no address"
    for address in addresses {
      let descriptor = try open(address.family)
      var yes: CInt = 1
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
      let bound = unsafe address.withPointer { unsafe bind(descriptor, $0, $1) }
      if bound == 0, listen(descriptor, backlog) == 0 {
        return ListeningSocket(descriptor: descriptor, file: nil)
      }
      problem = lastSystemError()
      close(descriptor)
    }
    throw failure(name, problem)
  }

  /// The address to listen on, with names already looked up: that has to happen while the system's files are
  /// accessible.
  enum Plan: Sendable {
    case unix(String)
    case tcp([SocketAddress], name: String)

    init(_ specification: SocketSpecification) throws(StartFailure) {
      switch specification {
      case .unix(let path): self = .unix(path)
      case .inet(let port, let host):
        let addresses = try Self.addresses(of: host, port: port, family: AF_INET)
        self = .tcp(addresses, name: "\(specification)")
      case .inet6(let port, let host):
        let addresses = try Self.addresses(of: host, port: port, family: AF_INET6)
        self = .tcp(addresses, name: "\(specification)")
      }
    }

    private static func addresses(
      of host: String?, port: Int, family: CInt
    ) throws(StartFailure) -> [SocketAddress] {
      switch SocketAddress.find(host, port: port, family: family, flags: AI_PASSIVE) {
      case .success(let addresses): return addresses
      case .failure(let failure):
        let kind = family == AF_INET6 ? "IPv6" : "IPv4"
        throw StartFailure(
          .unavailable, "\(Setting.socket.name): '\(host ?? "*")' has no \(kind) address: \(failure.why)")
      }
    }
  }

  /// Throws if another process listens on all the addresses, before any file of that process is changed.
  static func checkAvailable(_ plan: Plan) throws(StartFailure) {
    switch plan {
    case .unix(let path):
      if let address = SocketAddress(path: path), try isLive(address) { throw inUse(path) }
    case .tcp(let addresses, let name):
      var isTaken = false
      for address in addresses {
        guard try isTakenPort(address) else { return }
        isTaken = true
      }
      if isTaken { throw failure(name, "\(Errno.addressInUse)", "is another filter running?") }
    }
  }

  static func make(_ plan: Plan) throws(StartFailure) -> ListeningSocket {
    switch plan {
    case .unix(let path): try unix(path)
    case .tcp(let addresses, let name): try tcp(addresses, name: name)
    }
  }

  static func isListening(_ descriptor: CInt) -> Bool {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0
  }

  private static func open(_ family: CInt) throws(StartFailure) -> CInt {
    let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw StartFailure(.systemError, "socket(): \(lastSystemError())") }
    return descriptor
  }

  private static func makeRoom(at path: String, _ address: SocketAddress) throws(StartFailure) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw failure("local:\(path)", "the path exists and is not a socket", "remove it or choose another path")
    }
    if try isLive(address) { throw inUse(path) }
    guard errno == ECONNREFUSED || errno == ENOENT else { throw failure("local:\(path)", lastSystemError()) }
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw failure("local:\(path)", "the socket of an earlier run cannot be removed: \(lastSystemError())")
    }
  }

  /// Returns whether a process listens on the socket; if not, `errno` is the error of the attempt to connect.
  private static func isLive(_ address: SocketAddress) throws(StartFailure) -> Bool {
    let probe = try open(AF_UNIX)
    _ = fcntl(probe, F_SETFL, O_NONBLOCK)
    let connected = unsafe address.withPointer { unsafe connect(probe, $0, $1) }
    let error = errno
    close(probe)
    errno = error
    // EAGAIN: a process listens, and its queue is full.
    return connected == 0 || error == EAGAIN
  }

  private static func isTakenPort(_ address: SocketAddress) throws(StartFailure) -> Bool {
    let probe = try open(address.family)
    defer { close(probe) }
    var yes: CInt = 1
    unsafe setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    return unsafe address.withPointer { unsafe bind(probe, $0, $1) } != 0 && errno == EADDRINUSE
  }

  private static func inUse(_ path: String) -> StartFailure {
    failure("local:\(path)", "another process is listening on it", "stop that process first")
  }

  private static func fix(_ path: String, _ error: CInt) -> String? {
    let folder = FilePath(path).removingLastComponent().string
    return switch error {
    case ENOENT: "create the directory \(folder), owned by the user in \(Setting.userID.name)"
    case EACCES: "the user in \(Setting.userID.name) (\(geteuid())) must have write permission for \(folder)"
    default: nil
    }
  }

  private static func failure(_ name: String, _ problem: String, _ fix: String? = nil) -> StartFailure {
    StartFailure(
      .unavailable, "cannot listen on \(name): \(problem)" + (fix.map { "; \($0)" } ?? ""),
      openDKIMLines: [
        "\(ProgramName.openDKIMTitle): Unable to bind to port \(name): \(problem)",
        "\(ProgramName.openDKIMTitle): Unable to create listening socket on conn \(name)",
      ])
  }
}
