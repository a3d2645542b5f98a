import CProcess
import Glibc

/// The supervisor (`AutoRestart`): it starts a worker, keeps its listening socket open, and starts another worker when
/// the first one fails. Meanwhile, connections wait in the queue of the socket.
///
/// If it was started as root, it stays root, to be able to start workers that read keys as root. It communicates only
/// with its worker and the service manager, and never sees mail.
struct Supervisor {
  private let log: Log
  private let notifier: ServiceNotifier
  private let signals = SignalSet(SignalSet.handled + [SIGCHLD])
  private var limit: RestartLimit
  private var listeners: [CInt]
  private let areActivated: Bool
  private var isReady = false
  private var workerStart = ContinuousClock.now
  /// A signal to end was forwarded, so the supervisor ends when the worker does.
  private var isEnding = false
  /// The supervisor and its workers detach from the terminal.
  private let detachesWhenReady: Bool
  /// The contents of the configuration file, if it can be read only once.
  private let contents: [UInt8]?

  /// - Parameter contents: the contents of the configuration file, if it can be read only once.
  init(_ context: StartContext, rules: RestartLimit, log: Log, contents: [UInt8]?) {
    self.log = log
    notifier = context.notifier
    listeners = context.listeners
    areActivated = context.areActivated
    limit = rules
    self.contents = contents
    detachesWhenReady = context.detachesWhenReady
  }

  /// Runs until the worker ends normally or fails too often, and returns the exit status.
  mutating func run() throws(StartFailure) -> ExitStatusCode {
    signals.block()
    let signalDescriptor = try signals.descriptor()
    defer { close(signalDescriptor) }
    while true {
      workerStart = .now
      if let worker = try start() {
        let ending = watch(worker, signalDescriptor)
        close(worker.channel)
        if let status = try verdict(on: ending) { return status }
      } else if let status = statusIfOverLimit() {
        return status
      }
      if let status = pause(signalDescriptor) { return status }
    }
  }

  /// Starts a worker. Returns `nil` if the system cannot create a process at the moment; during startup that is an
  /// error.
  private func start() throws(StartFailure) -> SupervisedChild? {
    do throws(StartFailure) {
      return try SupervisedChild.start(
        SupervisedChild.Start(
          role: .worker, listeners: listeners, areActivated: areActivated, isNotifier: false,
          detachesWhenReady: detachesWhenReady, configuration: contents))
    } catch {
      guard isReady else { throw error }
      log.write(.error, "cannot start a worker: \(error.message); trying again")
      return nil
    }
  }

  /// Waits before the next start if the worker has failed immediately. Returns an exit status if a signal to end
  /// arrived in the meantime.
  private func pause(_ signalDescriptor: CInt) -> ExitStatusCode? {
    guard ContinuousClock.now - workerStart < Self.shortLife else { return nil }
    let end = ContinuousClock.now + Self.shortLife
    while ContinuousClock.now < end {
      var events = pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0)
      unsafe poll(&events, 1, 50)
      let number = cprocess_next_signal(signalDescriptor)
      if number == SIGTERM || number == SIGINT { return 0 }
    }
    return nil
  }

  private static let shortLife = Duration.seconds(1)

  /// Returns the exit status, or `nil` to restart the worker.
  private mutating func verdict(on ending: SupervisedChild.Ending) throws(StartFailure) -> ExitStatusCode? {
    switch ending {
    case .exited(let status):
      let isFinal = [0, ExitStatus.software.rawValue, ExitStatus.configuration.rawValue].contains(status)
      if isFinal || isEnding || !isReady { return status }
      log.write(.notice, "exited with status \(status), restarting")
    case .signaled(let number):
      if isEnding { return number == SIGTERM || number == SIGINT ? 0 : ExitStatus.software.rawValue }
      if !isReady { throw StartFailure(.software, "the worker was killed by signal \(number) while it was starting") }
      log.write(.notice, "terminated with signal \(number), restarting")
    }
    return statusIfOverLimit()
  }

  private mutating func statusIfOverLimit() -> ExitStatusCode? {
    let now = ContinuousClock.now - Self.start
    guard case .giveUp(let why) = limit.restart(at: now) else { return nil }
    log.write(.error, "\(why); giving up")
    return ExitStatus.unavailable.rawValue
  }

  private static let start = ContinuousClock.now

  /// Forwards signals to the worker, and its reports to the service manager, until the worker has ended.
  private mutating func watch(_ worker: SupervisedChild, _ signalDescriptor: CInt) -> SupervisedChild.Ending {
    var isConnected = true
    while true {
      var events = [
        pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isConnected ? worker.channel : -1, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&events, 2, -1) > 0 else { continue }
      if events[1].revents != 0 {
        if let report = worker.nextReport() { take(report) } else { isConnected = false }
      }
      var number = cprocess_next_signal(signalDescriptor)
      while number != 0 {
        if number == SIGCHLD, let ending = worker.endingIfOver() { return ending }
        if number != SIGCHLD { pass(number, to: worker) }
        number = cprocess_next_signal(signalDescriptor)
      }
    }
  }

  private mutating func pass(_ number: CInt, to worker: SupervisedChild) {
    if number == SIGTERM || number == SIGINT { isEnding = true }
    kill(worker.process, number)
  }

  /// Forwards a report of the worker, with the supervisor's process ID in place of the worker's.
  private mutating func take(_ report: SupervisedChild.Report) {
    if let listener = report.listener {
      if listeners.isEmpty { listeners = [listener] } else { close(listener) }
    }
    let lines = report.lines.compactMap(Self.forwarded)
    if !lines.isEmpty { notifier.send(lines) }
    guard report.isReady, !isReady else { return }
    isReady = true
    if detachesWhenReady { Launcher.detach() }
  }
}

extension Supervisor {
  /// Converts a line from the worker for the service manager; returns `nil` for a line that workers do not send. A
  /// compromised worker must not be able to send arbitrary messages to the service manager with the rights of root.
  static func forwarded(_ line: Substring) -> String? {
    if line.hasPrefix("MAINPID=") { return "MAINPID=\(getpid())" }
    if ["READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1"].contains(line) { return String(line) }
    if line.hasPrefix("STATUS="), line.utf8.count <= 200, line.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) {
      return String(line)
    }
    let number = line.dropFirst("MONOTONIC_USEC=".count)
    return line.hasPrefix("MONOTONIC_USEC=") && UInt64(number) != nil ? String(line) : nil
  }
}

extension SupervisedChild {
  /// Returns how the process ended; `nil` while it is running.
  fileprivate func endingIfOver() -> Ending? {
    var status: CInt = 0
    guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
    return Ending(waitStatus: status)
  }
}
