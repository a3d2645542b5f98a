import Glibc
import TestSupport

/// The running milters: at most one for each Postfix.
actor MilterRoom {
  private let folder: MailFolder
  private var running: [MilterSocket: (setup: MilterSetup, process: MilterProcess)] = [:]
  private var started = 0

  init(folder: MailFolder) { self.folder = folder }

  /// Returns a milter with `setup` for `postfix`; a running one with another setup is ended first.
  func milter(_ setup: MilterSetup, for postfix: Postfix, nameServer: Int) async throws -> MilterProcess {
    if let here = running[postfix.socket] {
      if here.setup == setup, here.process.isRunning { return here.process }
      here.process.stop()
      running[postfix.socket] = nil
    }
    let configuration = try write(setup, for: postfix, nameServer: nameServer)
    started += 1
    let (port, path) = (postfix.milterPort, postfix.milterPath)
    let process = try await MilterProcess(
      .underTest, configuration: configuration, logFile: folder.file("milter-\(started).log"), in: folder,
      isListening: { postfix.socket == .tcp ? FreePort.isListening(port) : UnixSocket.isListening(path) })
    running[postfix.socket] = (setup, process)
    return process
  }

  /// The output of the milter on `socket`.
  func log(_ socket: MilterSocket) -> String {
    guard let process = running[socket]?.process else { return "no milter" }
    return "\(process.isRunning ? "running" : "ended: \(process.process.exitStatus ?? -1)") \(process.log.suffix(3000))"
  }

  /// Ends the milter on `socket`.
  func stop(_ socket: MilterSocket, _ signal: CInt = SIGTERM) {
    running.removeValue(forKey: socket)?.process.stop(signal)
  }

  func stop() {
    for one in running.values { one.process.stop(timeout: .seconds(10)) }
    running = [:]
  }

  /// Writes opendkim.conf for `setup` and returns its path.
  @discardableResult
  func write(_ setup: MilterSetup, for postfix: Postfix, nameServer: Int) throws -> String {
    var lines = setup.lines
    switch postfix.socket {
    case .tcp: lines.append("Socket inet:\(postfix.milterPort)@127.0.0.1")
    case .unix: lines += ["Socket local:\(postfix.milterPath)", "UMask 007"]
    }
    lines += try MilterProgram.underTest.resolverLines(port: setup.nameServer ?? nameServer, in: folder)
    return try folder.write(lines.joined(separator: "\n") + "\n", to: "opendkim-\(postfix.socket).conf")
  }
}

/// Checks of unix sockets.
enum UnixSocket {
  /// Returns true if a process accepts connections.
  static func isListening(_ path: String) -> Bool {
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { location in
      location.copyBytes(from: path.utf8.prefix(location.count - 1))
    }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
