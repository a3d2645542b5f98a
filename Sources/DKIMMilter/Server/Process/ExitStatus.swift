/// How the program ends. The numbers are those of sysexits(3).
enum ExitStatus: CInt, Sendable, Hashable {
  case success = 0
  /// Test mode: a message does not verify.
  case failure = 1
  /// The command line makes no sense (EX_USAGE).
  case usage = 64
  /// `-e` names no setting; there is no such user or group (EX_DATAERR).
  case dataError = 65
  /// The socket cannot be had; the worker failed too often; a message is not there (EX_UNAVAILABLE).
  case unavailable = 69
  /// A library or a data set fails (EX_SOFTWARE).
  case software = 70
  /// The system refuses something (EX_OSERR).
  case systemError = 71
  /// Privileges cannot be dropped (EX_NOPERM).
  case noPermission = 77
  /// The configuration is wrong (EX_CONFIG).
  case configuration = 78
}

/// Why the program cannot do what it was started for: a sentence for people, and the status to end with.
struct StartFailure: Error, Sendable, Hashable {
  let status: ExitStatus
  let message: String
  /// What OpenDKIM's log says in this case; logged before the message where the program is called `opendkim`.
  let openDKIMLines: [String]

  init(_ status: ExitStatus, _ message: String, openDKIMLines: [String] = []) {
    self.status = status
    self.message = message
    self.openDKIMLines = openDKIMLines
  }
}
