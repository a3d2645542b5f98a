import Glibc

/// `Background`: starts the program again, detached from the terminal, and waits until it is ready.
enum Launcher {
  /// Returns the exit status for the shell that started this process.
  /// - Parameter contents: of the configuration file, where it can be read only once.
  static func run(_ context: StartContext, contents: [UInt8]?) throws(StartFailure) -> ExitStatusCode {
    let child = try OwnChild.start(
      OwnChild.Start(
        role: .daemon, listeners: context.listeners, areActivated: context.areActivated, isNotifier: true,
        detachesWhenReady: true, configuration: contents))
    defer { close(child.channel) }
    while let report = child.nextReport() {
      if let listener = report.listener { close(listener) }
      if report.isReady { return 0 }
    }
    // It has said on our standard error what is wrong.
    switch child.wait() {
    case .exited(let status): return status == 0 ? ExitStatus.software.rawValue : status
    case .signalled(let number):
      throw StartFailure(.software, "the process in the background was ended by signal \(number)")
    }
  }

  /// Lets go of the terminal, or of the shell that waits for the end of the output. Called when the process is ready.
  static func detach() {
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, descriptor) }
    if null > STDERR_FILENO { close(null) }
  }
}

/// What a process ends with.
typealias ExitStatusCode = CInt
