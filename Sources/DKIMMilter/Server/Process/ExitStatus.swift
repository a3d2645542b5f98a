/// The exit status of a program. The numbers are those of sysexits(3), if it has one for the purpose.
package enum ExitStatus: CInt, Sendable, Hashable {
  case success = 0
  /// A message has no signature that passes, or a key was not found.
  case failure = 1
  /// The command line is invalid (EX_USAGE).
  case usage = 64
  /// The input is invalid; the name for `-e` is not a setting; a user or group does not exist (EX_DATAERR).
  case dataError = 65
  /// An input does not exist or cannot be read (EX_NOINPUT).
  case noInput = 66
  /// A required service is unavailable; the socket cannot be bound; the worker failed too often; in the test mode of the
  /// milter, a message cannot be read (EX_UNAVAILABLE).
  case unavailable = 69
  /// A library or a data set fails (EX_SOFTWARE).
  case software = 70
  /// A system call fails; in opendkim-testkey, a key file is missing (EX_OSERR).
  case systemError = 71
  /// An output cannot be created (EX_CANTCREAT).
  case cannotCreate = 73
  /// Reading or writing failed (EX_IOERR).
  case ioError = 74
  /// A later attempt may succeed (EX_TEMPFAIL).
  case temporaryFailure = 75
  /// Permission is missing, or privileges cannot be dropped (EX_NOPERM).
  case noPermission = 77
  /// The configuration is invalid (EX_CONFIG).
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
