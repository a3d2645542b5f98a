import Glibc

/// The foreground process of `Background`: it starts the program again, detached from the terminal, and waits until it
/// is ready.
enum Launcher {
  /// Starts the background process and returns the exit status for the shell that started this process.
  /// - Parameter contents: the contents of the configuration file, if it can be read only once.
  static func run(_ context: StartContext, contents: [UInt8]?) throws(StartFailure) -> ExitStatusCode {
    let child = try SupervisedChild.start(
      SupervisedChild.Start(
        role: .daemon, listeners: context.listeners, areActivated: context.areActivated, isNotifier: true,
        detachesWhenReady: true, configuration: contents))
    defer { close(child.channel) }
    while let report = child.nextReport() {
      if let listener = report.listener { close(listener) }
      if report.isReady { return 0 }
    }
    // The child has printed the error to the standard error shared with this process.
    switch child.wait() {
    case .exited(let status): return status == 0 ? ExitStatus.software.rawValue : status
    case .signaled(let number):
      throw StartFailure(.software, "the background process was killed by signal \(number)")
    }
  }

  /// Detaches from the terminal, or from a shell that waits for the end of the output. Called when the process is
  /// ready.
  static func detach() {
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, descriptor) }
    if null > STDERR_FILENO { close(null) }
  }
}

/// The exit status of a process.
typealias ExitStatusCode = CInt
