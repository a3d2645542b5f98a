import Glibc

/// Writes lines to one target, waiting where it has to.
struct LogWriter {
  /// A thread of its own writes, which may wait for a reader of standard error.
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

  /// False where the line is lost.
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

  /// Says that lines were lost before.
  mutating func report(dropped: Int) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    _ = write(LogLine(.warning, "\(dropped) log lines were lost: the log is slower than what is logged"), at: time)
  }

  mutating func close() {
    for case .syslog(var socket) in outlets { socket.disconnect() }
    outlets = []
  }
}
