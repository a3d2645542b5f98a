extension LogLevel {
  /// The priority of syslog(3).
  var priority: Int {
    switch self {
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug: 7
    }
  }
}

extension LogLine {
  /// Creates a line about the process, not about a message.
  init(_ level: LogLevel, _ text: String) {
    self.init(LogEvent("process", level, text, namesJob: false), jobID: nil)
  }
}
