import ArgumentParser

/// The exit status of a command. The numbers are those of sysexits(3), if it has one for the purpose.
enum ExitStatus: Int32 {
  case success = 0
  /// A message has no signature that passes (`verify`), or a key was not found (`query`).
  case failure = 1
  /// The command line is invalid (EX_USAGE).
  case usage = 64
  /// The input is invalid (EX_DATAERR).
  case dataError = 65
  /// An input does not exist or cannot be read (EX_NOINPUT).
  case noInput = 66
  /// A required service is unavailable (EX_UNAVAILABLE).
  case unavailable = 69
  /// An operating system error; in opendkim-testkey, a missing key file (EX_OSERR).
  case systemError = 71
  /// An output cannot be created (EX_CANTCREAT).
  case cannotCreate = 73
  /// Reading or writing failed (EX_IOERR).
  case ioError = 74
  /// A later attempt may succeed (EX_TEMPFAIL).
  case temporaryFailure = 75
  /// Permission is missing (EX_NOPERM).
  case noPermission = 77
  /// The configuration is invalid (EX_CONFIG).
  case configuration = 78

  var exitCode: ExitCode { ExitCode(rawValue) }
}

/// An error that ends a command, with a message and the exit status.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

extension AsyncParsableCommand {
  /// Runs the body. If it fails, reports the reason on standard error and throws the exit status.
  func reportingFailures(_ body: () async throws -> ExitStatus) async throws {
    do {
      let status = try await body()
      if status != .success { throw status.exitCode }
    } catch let failure as CommandFailure {
      Console.complain(failure.message)
      throw failure.status.exitCode
    }
  }
}
