/// The exit status of the program. The numbers are those of sysexits(3).
enum ExitStatus: CInt, Sendable, Hashable {
  case success = 0
  /// Test mode: a message does not verify.
  case failure = 1
  /// The command line is invalid (EX_USAGE).
  case usage = 64
  /// The name for `-e` is not a setting; a user or group does not exist; a test message is malformed (EX_DATAERR).
  case dataError = 65
  /// The socket cannot be bound; the worker failed too often; a message cannot be read (EX_UNAVAILABLE).
  case unavailable = 69
  /// A library or a data set fails (EX_SOFTWARE).
  case software = 70
  /// A system call fails (EX_OSERR).
  case systemError = 71
  /// Privileges cannot be dropped (EX_NOPERM).
  case noPermission = 77
  /// The configuration is wrong (EX_CONFIG).
  case configuration = 78
}

/// The reason why the program cannot start or finish its task: a message for the user, and the exit status.
struct StartFailure: Error, Sendable, Hashable {
  let status: ExitStatus
  let message: String
  /// The lines that OpenDKIM logs in this case; logged before the message if the program is called `opendkim`.
  let openDKIMLines: [String]

  init(_ status: ExitStatus, _ message: String, openDKIMLines: [String] = []) {
    self.status = status
    self.message = message
    self.openDKIMLines = openDKIMLines
  }
}
