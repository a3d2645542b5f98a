import Glibc

/// `Background`: starts the program again, detached from the terminal, and waits until it is ready.
enum Launcher {
  /// Returns with what the shell that started us is to be told.
  static func run(_ context: StartContext) throws(StartFailure) -> ExitStatusCode {
    let child = try OwnChild.start(as: .daemon, listeners: context.listeners, areActivated: context.areActivated)
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

  /// The detached process lets go of the terminal. Called when it is ready.
  static func detach() {
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, descriptor) }
    if null > STDERR_FILENO { close(null) }
  }
}

/// What a process ends with.
typealias ExitStatusCode = CInt
