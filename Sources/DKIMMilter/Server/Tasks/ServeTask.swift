import DKIMConfiguration
import Glibc

/// Filters mail: finds out which of launcher, supervisor and worker this process is, and does its part.
struct ServeTask {
  let arguments: MilterArguments
  /// The command line as it was given, for the log.
  let words: [String]
  let context: StartContext

  init(_ arguments: MilterArguments, words: [String], _ context: StartContext) {
    self.arguments = arguments
    self.words = words
    self.context = context
  }

  func run() throws(StartFailure) -> ExitStatusCode {
    // A reload that is asked for while the start is under way comes after it.
    SignalSet(SignalSet.reloading).block()
    try Privileges.forbidNewOnes()
    let source = ConfigurationSource(arguments)
    // Whatever is wrong, the process in the background says it; it has our standard error until it is ready.
    if context.role == .first, source.wantsBackground { return try Launcher.run(context) }
    let (configuration, problems) = try source.loadAtStart()
    let process = configuration.process
    try Self.check(process, context)
    if context.role != .worker, !Log.Target(configuration.log, process).isStandardError { Self.tell(problems) }
    if context.role != .worker, process.autoRestart { return try supervise(configuration) }
    let worker = Worker(configuration, source: source, problems: problems, words: words, context)
    return try worker.run()
  }

  /// What would fail anyway, said before anything is done.
  private static func check(_ rules: ProcessRules, _ context: StartContext) throws(StartFailure) {
    guard rules.socket != nil || !context.listeners.isEmpty else {
      throw StartFailure(
        .configuration, "milter socket must be specified; write a line such as \"Socket inet:8891@localhost\"")
    }
    guard let user = rules.userID else {
      guard geteuid() != 0 else {
        throw StartFailure(
          .configuration,
          "started as root and told to stay it: write \"UserID opendkim\" (or another user without rights) "
            + "into the configuration file, or \"UserID root\" if this is really meant")
      }
      return
    }
    _ = try ProcessIdentity(user)
  }

  private static func tell(_ problems: [ConfigurationProblem]) {
    for problem in problems where problem.severity != .note { MilterProgram.complain("\(problem)") }
  }

  private func supervise(_ configuration: Configuration) throws(StartFailure) -> ExitStatusCode {
    let rules = configuration.process
    if context.listeners.isEmpty, rules.changeRootDirectory == nil, let socket = rules.socket {
      try ListeningSocket.confirmFree(ListeningSocket.Plan(socket))
    }
    // The worker's root, seen from here.
    let root = rules.changeRootDirectory.map { $0 + "/" } ?? ""
    let file = try rules.pidFile.map { path throws(StartFailure) in try PIDFile.create(at: root + path) }
    let isDaemon = context.role == .daemon
    let log = Log(Log.Target(configuration.log, rules))
    let limit = RestartLimit(
      count: rules.autoRestartCount,
      rate: rules.autoRestartRate.map { ($0.restarts, .seconds($0.seconds)) })
    defer { if let why = file?.remove() { log.write(.warning, "PidFile \(file?.path ?? ""): \(why)") } }
    var supervisor = Supervisor(context, rules: limit, log: log) { if isDaemon { Launcher.detach() } }
    return try supervisor.run()
  }
}
