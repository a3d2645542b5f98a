import Glibc
import TestSupport

/// Support for database servers that are started by root but do not run as root.
enum ServerUser {
  /// Returns the command run as a system user; unchanged if the tests do not run as root.
  static func command(_ command: [String], as user: String) -> [String] {
    guard getuid() == 0 else { return command }
    return ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] + command
  }

  /// Changes the owner of a file or directory.
  static func give(_ path: String, to user: String) throws {
    guard getuid() == 0 else { return }
    guard let entry = getpwnam(user) else { throw ChildProcess.Failure("there is no user \(user)") }
    guard chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
      throw ChildProcess.Failure("\(path) cannot be given to \(user)")
    }
  }

  /// Runs a program and waits for it.
  nonisolated(nonsending) static func run(
    _ command: [String], environment: [String: String] = [:], log: String
  ) async throws {
    let status = try await ChildProcess(command, environment: environment, log: log).end()
    guard status == 0 else {
      let said = String(decoding: (try? TestFiles.read(log).suffix(1000)) ?? [], as: UTF8.self)
      throw ChildProcess.Failure("\(command) ends with \(status): \(said)")
    }
  }

  /// The child processes of another process.
  static func children(of parent: pid_t) -> [pid_t] {
    let processes = ((try? TestFiles.names(in: "/proc")) ?? []).compactMap { pid_t($0) }
    return processes.filter { process in
      let status = (try? TestFiles.read("/proc/\(process)/status")) ?? []
      return String(decoding: status, as: UTF8.self).contains("\nPPid:\t\(parent)\n")
    }
  }
}
