import Glibc

/// Writes lines to one target, waiting where it has to.
struct LogWriter {
  private let target: Log.Target
  /// A thread of its own writes, which may wait for a reader of standard error.
  var canWait: Bool
  private var syslog: SyslogSocket?

  init(_ target: Log.Target, canWait: Bool = false) {
    self.target = target
    self.canWait = canWait
    if case .syslog(let path, let facility, let name) = target {
      syslog = SyslogSocket(path: path, facility: facility, name: name)
    }
  }

  /// False where the line is lost.
  mutating func write(_ line: LogLine, at time: timespec) -> Bool {
    switch target {
    case .nowhere: true
    case .syslog: syslog?.send(line, process: getpid(), at: time) ?? false
    case .standardError(let format, let name):
      Terminal.error(format.render(line, name: name, process: getpid(), at: time), canWait: canWait)
    }
  }

  /// Says that lines were lost before.
  mutating func report(dropped: Int) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    _ = write(LogLine(.warning, "\(dropped) log lines were lost: the log is slower than what is logged"), at: time)
  }

  mutating func close() { syslog?.disconnect() }
}
