import CProcess
import DKIMConfiguration
import Glibc
import SystemPackage

/// A program that gets a message on standard input, such as sendmail(8). It is started without a shell, with a fixed
/// environment, without the open files of this process, and as the leader of its own process group.
struct ReportCommand: Sendable {
  /// The most bytes of its output that are kept, for the log.
  private static let mostOutput = 4096

  /// The path of the program, and its arguments.
  let words: [String]
  let timeLimit: Duration

  /// Returns the warning that this process, and thus the command, may not gain privileges.
  static func problem(_ rules: ReportRules) -> ConfigurationProblem? {
    guard rules.isEnabled, cprocess_has_no_new_privileges() != 0 else { return nil }
    return ConfigurationProblem(
      .warning, at: nil,
      "SendReports: the filter was started without the right to run set-user-ID and set-group-ID programs, which most "
        + "sendmail commands are",
      fix: "restart the filter; in its systemd unit, set NoNewPrivileges=no")
  }

  /// Runs the program and waits for its end.
  /// - Returns: why the message was not sent; `nil` if it was.
  func run(input: [UInt8]) -> String? {
    guard let path = words.first else { return "MTACommand is empty" }
    // A file in memory never blocks, even if the program does not read it.
    let file = unsafe cprocess_memory_file("report")
    guard file >= 0 else { return "memfd_create(): \(lastSystemError())" }
    defer { close(file) }
    do {
      _ = try FileDescriptor(rawValue: file).writeAll(input)
      try FileDescriptor(rawValue: file).seek(offset: 0, from: .start)
    } catch {
      return "the report cannot be passed to \(path): \(error)"
    }
    // The output goes to a file in memory, too, which cannot grow. Unlike a pipe, it needs no reader; unlike
    // /dev/null, it is available in every root directory.
    let output = unsafe cprocess_memory_file_of_size("report output", off_t(Self.mostOutput))
    guard output >= 0 else { return "memfd_create(): \(lastSystemError())" }
    defer { close(output) }
    var process = pid_t()
    let failure = spawn(path, input: file, output: output, &process)
    guard failure == 0 else { return "\(path): \(Errno(rawValue: failure))" }
    return wait(for: process, path).map { $0 + Self.text(of: output) }
  }

  /// Returns what the program has written, to be appended to an error.
  private static func text(of output: CInt) -> String {
    var bytes = [UInt8](repeating: 0, count: mostOutput)
    let count = unsafe pread(output, &bytes, bytes.count, 0)
    let lines = bytes.prefix(max(0, count)).prefix { $0 != 0 }.split(separator: UInt8(ascii: "\n"))
    return lines.isEmpty ? "" : ": " + lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "; ")
  }

  private func spawn(_ path: String, input: CInt, output: CInt, _ process: inout pid_t) -> CInt {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    unsafe cprocess_close_from(&actions, STDERR_FILENO + 1)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF) | CInt(POSIX_SPAWN_SETPGROUP)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    let arguments = unsafe CStrings(words)
    let environment = unsafe CStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
    defer {
      unsafe arguments.free()
      unsafe environment.free()
    }
    return unsafe posix_spawn(&process, path, &actions, &attributes, arguments.pointers, environment.pointers)
  }

  /// Waits for the program, and kills it and its children when the time is over.
  private func wait(for process: pid_t, _ path: String) -> String? {
    let end = ContinuousClock.now + timeLimit
    var status: CInt = 0
    while true {
      let ended = unsafe waitpid(process, &status, WNOHANG)
      if ended == process { break }
      if ended < 0, errno != EINTR { return "waitpid(): \(lastSystemError())" }
      if ContinuousClock.now >= end {
        kill(-process, SIGKILL)
        // A process that hangs in a system call is waited for, too: it occupies this thread, so there cannot be more of
        // these processes than threads.
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return "\(path) did not finish within \(timeLimit.components.seconds) s and was killed"
      }
      usleep(20_000)
    }
    switch SupervisedChild.Ending(waitStatus: status) {
    case .exited(0): return nil
    case .exited(let code): return "\(path) failed with exit status \(code)"
    case .signaled(let signal): return "\(path) was killed by signal \(signal)"
    }
  }
}
