import ArgumentParser

/// How a command ends. The numbers are those of sysexits(3) where it has one.
enum ExitStatus: Int32 {
  case success = 0
  /// verify: a message has no signature that passes.
  case failure = 1
  /// The command line makes no sense (EX_USAGE).
  case usage = 64
  /// The input is not what it should be (EX_DATAERR).
  case dataError = 65
  /// An input is not there or cannot be read (EX_NOINPUT).
  case noInput = 66
  /// Something that is needed does not answer (EX_UNAVAILABLE).
  case unavailable = 69
  /// The system refuses something it should do; opendkim-testkey: no such key file (EX_OSERR).
  case systemError = 71
  /// An output cannot be created (EX_CANTCREAT).
  case cannotCreate = 73
  /// Reading or writing failed (EX_IOERR).
  case ioError = 74
  /// A later try may succeed (EX_TEMPFAIL).
  case temporaryFailure = 75
  /// Something is not allowed (EX_NOPERM).
  case noPermission = 77
  /// A configuration is wrong (EX_CONFIG).
  case configuration = 78

  var exitCode: ExitCode { ExitCode(rawValue) }
}

/// An error that ends a command: a sentence for people, and the status to end with.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

extension AsyncParsableCommand {
  /// Runs the body; says on standard error why a command failed and ends with its status.
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
