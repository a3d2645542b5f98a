import CProcess
import DKIMConfiguration
import Glibc

/// The process that filters mail: its work as root, dropping privileges, serving, and its end.
struct Worker {
  private let configuration: Configuration
  private let source: ConfigurationSource
  private let problems: [ConfigurationProblem]
  private let words: [String]
  private let context: StartContext
  private let log: Log

  init(
    _ configuration: Configuration, source: ConfigurationSource, problems: [ConfigurationProblem], words: [String],
    _ context: StartContext
  ) {
    self.configuration = configuration
    self.source = source
    self.problems = problems
    self.words = words
    self.context = context
    log = Log(Log.Target(configuration.log, configuration.process))
    source.keyEvents.attach(log)
  }

  private var rules: ProcessRules { configuration.process }

  func run() throws(StartFailure) -> ExitStatusCode {
    let status: ExitStatusCode
    do throws(StartFailure) {
      status = try filterMail()
    } catch {
      log.report(error, to: Log.Target(configuration.log, rules))
      throw error
    }
    log.write(
      .info, "\(ProgramName.current.titleWithVersion) terminating with status \(status), errno = 0")
    log.flush(within: .milliseconds(500))
    return status
  }

  private func filterMail() throws(StartFailure) -> ExitStatusCode {
    let prepared = try prepare()
    let file = try takeRoot(prepared.socket)
    defer { remove(file) }
    try dropPrivileges(prepared.identity)
    let listeners = try listen(prepared.socket)
    let metricsListener = try prepared.metricsSocket.map { plan throws(StartFailure) in
      try ListeningSocket.make(plan)
    }
    SignalSet().block()
    log.startThread()
    let server = FilterServer(
      configuration, source: source, log: log, plan: prepared.plan,
      maximumConnections: ResourceLimits.connections(descriptors: prepared.descriptors))
    try server.start(listeners.map(\.descriptor), metrics: metricsListener?.descriptor)
    // A supervisor keeps the socket for the next worker.
    context.notifier.ready(descriptor: context.role == .worker ? listeners.first?.descriptor : nil)
    if context.detachesWhenReady { Launcher.detach() }
    ServerLoop(server, notifier: context.notifier, watchdogInterval: context.watchdogInterval, log: log).run {
      // The file must be removed before the socket is closed: after that, the next process may replace it.
      for listener in listeners { listener.file?.remove() }
    }
    server.flushOutput(within: .seconds(3))
    return server.hasLostListener ? ExitStatus.unavailable.rawValue : 0
  }

  /// Everything that needs files of the system, which may be inaccessible after dropping privileges.
  private struct Prepared {
    let identity: ProcessIdentity?
    let socket: ListeningSocket.Plan?
    let metricsSocket: ListeningSocket.Plan?
    let plan: KeySourcePlan
    let descriptors: Int
  }

  private func prepare() throws(StartFailure) -> Prepared {
    tzset()
    log.write(
      .info,
      "\(ProgramName.current.titleWithVersion) starting "
        + "(args: \(words.map(DataSetSecrets.hidden(in:)).joined(separator: " ")))")
    if ProgramName.current == .openDKIM {
      log.write(.info, "the program is \(Product.name) v\(Product.version)")
    }
    for problem in problems { log.write(problem.severity.logLevel, "\(problem)") }
    if rules.enableCoredumps { ResourceLimits.enableCoreFiles() }
    let plan = context.listeners.isEmpty ? rules.socket : nil
    let descriptors = ResourceLimits.raiseDescriptors()
    try ResourceLimits.check(descriptors: descriptors, loops: FilterServer.loops)
    return Prepared(
      identity: try rules.userID.map { user throws(StartFailure) in try ProcessIdentity(user) },
      socket: try plan.map { socket throws(StartFailure) in try ListeningSocket.Plan(socket) },
      metricsSocket: try configuration.metrics.socket.map { socket throws(StartFailure) in
        try ListeningSocket.Plan(socket)
      },
      plan: try KeySourcePlan(configuration.dns, previous: nil), descriptors: descriptors)
  }

  /// Changes the root directory and creates the PID file in it.
  private func takeRoot(_ socket: ListeningSocket.Plan?) throws(StartFailure) -> PIDFile? {
    if let root = rules.changeRootDirectory { try Privileges.changeRoot(to: root) }
    guard context.role != .worker, let path = rules.pidFile else { return nil }
    // The file of a filter that is already running must not be replaced.
    if let socket { try ListeningSocket.checkAvailable(socket) }
    return PIDFile.create(at: path, log: log)
  }

  private func dropPrivileges(_ identity: ProcessIdentity?) throws(StartFailure) {
    try identity?.assume()
    if let mask = rules.umask { umask(mode_t(mask)) }
    // Changing the user clears both of the following.
    if rules.enableCoredumps { _ = cprocess_set_dumpable(1) }
    try context.endWithSupervisor()
  }

  private func listen(_ plan: ListeningSocket.Plan?) throws(StartFailure) -> [ListeningSocket] {
    guard let plan else {
      // A unix socket from an earlier worker has to be removed at the end, too.
      let file = context.areActivated ? nil : unixSocketFile
      return context.listeners.map { ListeningSocket(descriptor: $0, file: file) }
    }
    return [try ListeningSocket.make(plan)]
  }

  private var unixSocketFile: ListeningSocket.SocketFile? {
    guard case .unix(let path)? = rules.socket else { return nil }
    return ListeningSocket.SocketFile.at(path)
  }

  private func remove(_ file: PIDFile?) {
    guard let file, let why = file.remove() else { return }
    log.write(.notice, "\(Setting.pidFile.name) \(file.path) cannot be removed: \(why)")
  }
}

extension ConfigurationProblem.Severity {
  var logLevel: LogLevel {
    switch self {
    case .note: .info
    case .warning: .warning
    case .error: .error
    }
  }
}
