import DKIMConfiguration
import Glibc

extension Log {
  /// Writes why the program ends. Standard error gets the message from the caller.
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

  /// A container has no syslogd, and its configuration says "Syslog yes" nevertheless.
  private static var hasSyslog: Bool { unsafe access(SyslogSocket.standardPath, F_OK) == 0 }

  /// Seen at the start: another root directory hides the socket, which stays connected.
  private static let hadSyslog = hasSyslog

  /// In the foreground somebody may read standard error.
  init(_ rules: LogRules, _ process: ProcessRules) {
    let foreground = !process.background
    let name = rules.syslogName ?? ProgramName.current.rawValue
    let format = rules.format == .json ? LogFormat.json : .text
    let stream: Log.Target = rules.stdoutLog ? .standardOutput(format, name: name) : .standardError(format, name: name)
    guard rules.syslog else {
      self = foreground ? stream : .nowhere
      return
    }
    guard !foreground || Self.hadSyslog || Self.hasSyslog else {
      self = stream
      return
    }
    let syslog = Log.Target.syslog(
      path: SyslogSocket.standardPath, facility: SyslogFacility(rules.syslogFacility) ?? .mail, name: name)
    self = foreground && rules.stdoutLog ? .both(syslog, stream) : syslog
  }
}
