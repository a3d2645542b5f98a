import CProcess
import Glibc

/// `AutoRestart`: starts a worker, keeps its listening socket, and starts another one when it fails. Connections
/// wait in the socket meanwhile.
///
/// Where it was started as root it stays root, to be able to start workers that read keys as root; it speaks to
/// nobody but its worker and never sees mail.
struct Supervisor {
  private let log: Log
  private let notifier: ServiceNotifier
  private let signals = SignalSet(SignalSet.handled + [SIGCHLD])
  private var limit: RestartLimit
  private var listeners: [CInt]
  private let areActivated: Bool
  private var isReady = false
  private var workerStart = ContinuousClock.now
  /// A signal to end was passed on: whatever happens now is the end.
  private var isEnding = false
  /// The supervisor and its workers let go of the terminal.
  private let detachesWhenReady: Bool
  /// The configuration file, where it can be read only once.
  private let contents: [UInt8]?

  /// - Parameter contents: of the configuration file, where it can be read only once.
  init(_ context: StartContext, rules: RestartLimit, log: Log, contents: [UInt8]?) {
    self.log = log
    notifier = context.notifier
    listeners = context.listeners
    areActivated = context.areActivated
    limit = rules
    self.contents = contents
    detachesWhenReady = context.detachesWhenReady
  }

  /// Until the worker ends in order, or fails too often. The status to exit with.
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

  /// `nil` where the system has no room for a process at this moment; at the very start that is an error.
  private func start() throws(StartFailure) -> OwnChild? {
    do throws(StartFailure) {
      return try OwnChild.start(
        OwnChild.Start(
          role: .worker, listeners: listeners, areActivated: areActivated, isNotifier: false,
          detachesWhenReady: detachesWhenReady, configuration: contents))
    } catch {
      guard isReady else { throw error }
      log.write(.error, "no worker can be started: \(error.message); trying again")
      return nil
    }
  }

  /// A worker that fails at once is not to keep the machine busy. A status where the end was asked for meanwhile.
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

  /// `nil`: once more.
  private mutating func verdict(on ending: OwnChild.Ending) throws(StartFailure) -> ExitStatusCode? {
    switch ending {
    case .exited(let status):
      let isFinal = [0, ExitStatus.software.rawValue, ExitStatus.configuration.rawValue].contains(status)
      if isFinal || isEnding || !isReady { return status }
      log.write(.notice, "exited with status \(status), restarting")
    case .signalled(let number):
      if isEnding { return number == SIGTERM || number == SIGINT ? 0 : ExitStatus.software.rawValue }
      if !isReady { throw StartFailure(.software, "the worker was ended by signal \(number) while it was starting") }
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

  /// Passes signals down and reports up until the worker has ended.
  private mutating func watch(_ worker: OwnChild, _ signalDescriptor: CInt) -> OwnChild.Ending {
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

  private mutating func pass(_ number: CInt, to worker: OwnChild) {
    if number == SIGTERM || number == SIGINT { isEnding = true }
    kill(worker.process, number)
  }

  /// The words of the worker go to whoever wants to know of us, with our number for its own.
  private mutating func take(_ report: OwnChild.Report) {
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
  /// A line of the worker as the service manager gets it; `nil` for a line that workers do not send. A worker that
  /// an attacker has taken over must not talk to the service manager in the name of root.
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

extension OwnChild {
  /// `nil` while it runs.
  fileprivate func endingIfOver() -> Ending? {
    var status: CInt = 0
    guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
    return Ending(waitStatus: status)
  }
}
