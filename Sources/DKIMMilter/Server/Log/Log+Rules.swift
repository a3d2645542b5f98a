import DKIMConfiguration
import Glibc

extension Log {
  /// Logs why the program ends. The caller prints the message to standard error.
  func report(_ failure: StartFailure, to target: Target) {
    if ProgramName.current == .openDKIM { for line in failure.openDKIMLines { write(.error, line) } }
    if !target.isStandardError { write(.error, failure.message) }
    flush(within: .milliseconds(500))
  }
}

extension Log.Target {
  var isStandardError: Bool {
    if case .standardError = self { true } else { false }
  }

  /// Containers often have no syslogd although their configuration has "Syslog yes".
  private static var hasSyslog: Bool { unsafe access(SyslogSocket.standardPath, F_OK) == 0 }

  /// Whether syslogd was found at the start. A changed root directory hides its socket, but the connection stays open.
  private static let hadSyslog = hasSyslog

  /// Chooses the target. Standard error is used only in the foreground.
  init(_ rules: LogRules, _ process: ProcessRules) {
    let foreground = !process.background
    let name = rules.syslogName ?? ProgramName.current.rawValue
    let stream: Log.Target =
      rules.stdoutLog ? .standardOutput(rules.format, name: name) : .standardError(rules.format, name: name)
    guard rules.syslog else {
      self = foreground ? stream : .nowhere
      return
    }
    guard !foreground || Self.hadSyslog || Self.hasSyslog else {
      self = stream
      return
    }
    let syslog = Log.Target.syslog(
      path: SyslogSocket.standardPath, facility: rules.syslogFacility, name: name)
    self = foreground && rules.stdoutLog ? .both(syslog, stream) : syslog
  }
}
