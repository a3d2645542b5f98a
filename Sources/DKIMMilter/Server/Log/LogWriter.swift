import DKIMConfiguration
import Glibc
import SystemSupport

/// A writer of lines to one target, which waits if necessary.
struct LogWriter {
  /// The writer runs on a separate thread, so it may wait for the reader of standard error.
  var canWait: Bool
  private var outlets: [Outlet]

  private enum Outlet {
    case stream(CInt, LogFormat, name: String)
    case syslog(SyslogSocket)
  }

  init(_ target: Log.Target, canWait: Bool = false) {
    self.canWait = canWait
    outlets = Self.outlets(target)
  }

  private static func outlets(_ target: Log.Target) -> [Outlet] {
    switch target {
    case .nowhere: []
    case .standardError(let format, let name): [.stream(STDERR_FILENO, format, name: name)]
    case .standardOutput(let format, let name): [.stream(STDOUT_FILENO, format, name: name)]
    case .syslog(let path, let facility, let name):
      [.syslog(SyslogSocket(path: path, facility: facility, name: name))]
    case .both(let first, let second): outlets(first) + outlets(second)
    }
  }

  /// Writes a line; returns false if it is lost.
  mutating func write(_ line: LogLine, at time: timespec) -> Bool {
    var isWritten = true
    for index in outlets.indices where !write(line, at: time, to: &outlets[index]) { isWritten = false }
    return isWritten
  }

  private func write(_ line: LogLine, at time: timespec, to outlet: inout Outlet) -> Bool {
    switch outlet {
    case .stream(let descriptor, let format, let name):
      return Terminal.line(
        format.render(line, name: name, process: getpid(), at: time), to: descriptor, canWait: canWait)
    case .syslog(var socket):
      defer { outlet = .syslog(socket) }
      return socket.send(line, process: getpid(), at: time)
    }
  }

  /// Logs that lines were lost before.
  mutating func report(dropped: Int) {
    _ = write(LogLine(.warning, "\(dropped) log lines were lost because the log is too slow"), at: WallClock.now)
  }

  mutating func close() {
    for case .syslog(var socket) in outlets { socket.disconnect() }
    outlets = []
  }
}
