import ArgumentParser
import DKIMMilter

extension ExitStatus {
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
      Console.report(failure.message)
      throw failure.status.exitCode
    }
  }
}
