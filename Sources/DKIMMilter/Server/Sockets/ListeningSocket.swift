import CProcess
import DKIMConfiguration
import Glibc
import SystemPackage

/// A socket that waits for connections, and the file it may have.
struct ListeningSocket: Sendable {
  /// As many connections may wait to be accepted as the system allows.
  private static let backlog: CInt = 4096

  let descriptor: CInt
  /// The unix socket's file, to be removed at the end.
  let file: SocketFile?

  /// The file of a unix socket as it was made.
  struct SocketFile: Sendable, Hashable {
    let path: String
    let device: UInt64
    let inode: UInt64

    /// Removes the file where it is still the same one.
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

  /// So many connections may wait to be accepted as the system allows, up to ``backlog``.
  static func lengthenQueue(_ descriptor: CInt) { _ = listen(descriptor, backlog) }

  /// Makes a unix socket. A socket that nobody listens to any more is replaced; a live one is not, and nothing that
  /// is no socket is ever removed.
  static func unix(_ path: String) throws(StartFailure) -> ListeningSocket {
    guard !path.hasPrefix("@"), let address = UnixAddress(path) else {
      throw StartFailure(
        .configuration,
        "Socket local:\(path): the path is empty or longer than \(UnixAddress.capacity - 1) octets")
    }
    try makeRoom(at: path, address)
    let descriptor = try open(AF_UNIX)
    do throws(StartFailure) {
      let bound = unsafe address.withSocketAddress { unsafe bind(descriptor, $0, $1) }
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

  /// Makes a TCP socket at the first of the addresses that can be had.
  static func tcp(_ addresses: [InternetAddress], name: String) throws(StartFailure) -> ListeningSocket {
    var problem = "the name has no address"
    for address in addresses {
      let descriptor = try open(address.family)
      var yes: CInt = 1
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
      let bound = unsafe address.withSocketAddress { unsafe bind(descriptor, $0, $1) }
      if bound == 0, listen(descriptor, backlog) == 0 {
        return ListeningSocket(descriptor: descriptor, file: nil)
      }
      problem = lastSystemError()
      close(descriptor)
    }
    throw failure(name, problem)
  }

  /// What was asked for, names looked up: that has to happen while the system's files can be seen.
  enum Plan: Sendable {
    case unix(String)
    case tcp([InternetAddress], name: String)

    init(_ specification: SocketSpecification) throws(StartFailure) {
      switch specification {
      case .unix(let path): self = .unix(path)
      case .inet(let port, let host):
        let addresses = try InternetAddress.resolve(host: host, port: port, family: AF_INET)
        self = .tcp(addresses, name: "\(specification)")
      case .inet6(let port, let host):
        let addresses = try InternetAddress.resolve(host: host, port: port, family: AF_INET6)
        self = .tcp(addresses, name: "\(specification)")
      }
    }
  }

  /// Fails where another process listens at all of it, before anything that belongs to that process is touched.
  static func confirmFree(_ plan: Plan) throws(StartFailure) {
    switch plan {
    case .unix(let path):
      if let address = UnixAddress(path), try isLive(address) { throw inUse(path) }
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

  private static func makeRoom(at path: String, _ address: UnixAddress) throws(StartFailure) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw failure("local:\(path)", "something that is no socket is there", "remove it or choose another path")
    }
    if try isLive(address) { throw inUse(path) }
    guard errno == ECONNREFUSED || errno == ENOENT else { throw failure("local:\(path)", lastSystemError()) }
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw failure("local:\(path)", "the socket of an earlier run cannot be removed: \(lastSystemError())")
    }
  }

  /// Whether somebody listens there; where nobody does `errno` says what came of the question.
  private static func isLive(_ address: UnixAddress) throws(StartFailure) -> Bool {
    let probe = try open(AF_UNIX)
    _ = fcntl(probe, F_SETFL, O_NONBLOCK)
    let connected = unsafe address.withSocketAddress { unsafe connect(probe, $0, $1) }
    let error = errno
    close(probe)
    errno = error
    // EAGAIN: somebody listens, and many wait.
    return connected == 0 || error == EAGAIN
  }

  private static func isTakenPort(_ address: InternetAddress) throws(StartFailure) -> Bool {
    let probe = try open(address.family)
    defer { close(probe) }
    var yes: CInt = 1
    unsafe setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    return unsafe address.withSocketAddress { unsafe bind(probe, $0, $1) } != 0 && errno == EADDRINUSE
  }

  private static func inUse(_ path: String) -> StartFailure {
    failure("local:\(path)", "another process listens there", "stop it first")
  }

  private static func fix(_ path: String, _ error: CInt) -> String? {
    let folder = FilePath(path).removingLastComponent().string
    return switch error {
    case ENOENT: "make the folder \(folder) and give it to the user of UserID"
    case EACCES: "the user of UserID (\(geteuid())) must be able to write to \(folder)"
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
