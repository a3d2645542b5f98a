import Glibc

/// Writes lines to one target, waiting where it has to.
struct LogWriter {
  private let target: Log.Target
  private var syslog: SyslogSocket?

  init(_ target: Log.Target) {
    self.target = target
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
      Self.writeAll(format.render(line, name: name, process: getpid(), at: time), to: STDERR_FILENO)
    }
  }

  /// Says that lines were lost before.
  mutating func report(dropped: Int) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    _ = write(LogLine(.warning, "\(dropped) log lines were lost: the log is slower than what is logged"), at: time)
  }

  mutating func close() { syslog?.disconnect() }

  static func writeAll(_ octets: [UInt8], to descriptor: CInt) -> Bool {
    var written = 0
    while written < octets.count {
      let count = unsafe octets.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), octets.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { return false }
        // Somebody else has made it non-blocking.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&wait, 1, 1000)
        continue
      }
      written += count
    }
    return true
  }
}
