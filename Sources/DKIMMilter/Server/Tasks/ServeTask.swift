import DKIMConfiguration
import Glibc

/// The task of filtering mail: it runs the launcher, the supervisor or the worker, depending on the role of the
/// process.
struct ServeTask {
  let arguments: MilterArguments
  /// The command line, for the log.
  let words: [String]
  let context: StartContext

  init(_ arguments: MilterArguments, words: [String], _ context: StartContext) {
    self.arguments = arguments
    self.words = words
    self.context = context
  }

  func run() throws(StartFailure) -> ExitStatusCode {
    // A reload requested during startup happens afterwards.
    SignalSet(SignalSet.reloading).block()
    Terminal.stopWaitingForStandardError()
    try Privileges.forbidNewOnes()
    let source = ConfigurationSource(arguments, inherited: context.configuration)
    // The background process reports all errors, because it shares standard error until it is ready.
    if context.role == .first, !context.isServiceProcess, source.wantsBackground {
      return try Launcher.run(context, contents: source.contents)
    }
    try context.endWithSupervisor()
    var (configuration, problems) = try source.loadAtStart()
    // A service manager that waits for the filter to be ready overrides Background.
    configuration.process.background = context.detachesWhenReady
    let process = configuration.process
    try Self.check(process, context)
    if process.userID == nil, geteuid() == 0 { problems.append(.runsAsRoot(file: source.path)) }
    if context.role != .worker, !Log.Target(configuration.log, process).isStandardError { Self.tell(problems) }
    if context.role != .worker, process.autoRestart { return try supervise(configuration, contents: source.contents) }
    let worker = Worker(configuration, source: source, problems: problems, words: words, context)
    return try worker.run()
  }

  /// Checks early for errors that would occur later anyway.
  private static func check(_ rules: ProcessRules, _ context: StartContext) throws(StartFailure) {
    guard rules.socket != nil || !context.listeners.isEmpty else {
      throw StartFailure(
        .configuration, "milter socket must be specified; write a line such as \"Socket inet:8891@localhost\"")
    }
    if let user = rules.userID { _ = try ProcessIdentity(user) }
  }

  private static func tell(_ problems: [ConfigurationProblem]) {
    for problem in problems where problem.severity != .note { MilterProgram.report("\(problem)") }
  }

  private func supervise(_ configuration: Configuration, contents: [UInt8]?) throws(StartFailure) -> ExitStatusCode {
    let rules = configuration.process
    let target = Log.Target(configuration.log, rules)
    let log = Log(target)
    if context.listeners.isEmpty, rules.changeRootDirectory == nil, let socket = rules.socket {
      do throws(StartFailure) {
        try ListeningSocket.checkAvailable(ListeningSocket.Plan(socket))
      } catch {
        log.report(error, to: target)
        throw error
      }
    }
    let file = rules.pidFile.flatMap { PIDFile.create(at: $0, inside: rules.changeRootDirectory, log: log) }
    let limit = RestartLimit(
      count: rules.autoRestartCount,
      rate: rules.autoRestartRate.map { ($0.restarts, .seconds($0.seconds)) })
    defer { if let why = file?.remove() { log.write(.warning, "PidFile \(file?.path ?? ""): \(why)") } }
    var supervisor = Supervisor(context, rules: limit, log: log, contents: contents)
    do throws(StartFailure) {
      return try supervisor.run()
    } catch {
      log.report(error, to: target)
      throw error
    }
  }
}
