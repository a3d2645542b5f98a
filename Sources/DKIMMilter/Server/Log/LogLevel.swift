/// How much a line of the log matters, by the names and numbers of syslog(3).
public enum LogLevel: Int, Sendable, Hashable, Comparable, CaseIterable {
  case error = 3
  case warning = 4
  case notice = 5
  case info = 6
  case debug = 7

  /// Less is less important.
  public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue > b.rawValue }

  var name: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .notice: "notice"
    case .info: "info"
    case .debug: "debug"
    }
  }
}
