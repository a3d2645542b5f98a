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
    // The signals for a reload stay pending until the filter has started.
    SignalSet(SignalSet.reloading).block()
    Terminal.dropUnreadErrors()
    let source = ConfigurationSource(arguments, inherited: context.configuration)
    let settings = source.readSettings()
    // Most sendmail commands are set-group-ID programs.
    if settings?[Setting.sendReports] != true { try Privileges.setNoNewPrivileges() }
    // The launcher does not check the configuration. The background process does, and it reports the errors: it shares
    // the launcher's standard error until it is ready.
    if context.role == .first, !context.isServiceProcess, settings?[Setting.background] == true {
      return try Launcher.run(context, contents: source.contents)
    }
    try context.endWithSupervisor()
    var (configuration, problems) = try source.loadAtStart()
    // A service manager that waits for the filter to be ready overrides Background.
    configuration.process.background = context.detachesWhenReady
    let process = configuration.process
    try Self.check(process, context)
    if process.userID == nil, geteuid() == 0 { problems.append(.runsAsRoot(file: source.path)) }
    if let problem = ReportCommand.problem(configuration.reports) { problems.append(problem) }
    if context.role != .worker, !Log.Target(configuration.log, process).isStandardError { Self.printProblems(problems) }
    if context.role != .worker, process.autoRestart { return try supervise(configuration, contents: source.contents) }
    let worker = Worker(configuration, source: source, problems: problems, words: words, context)
    return try worker.run()
  }

  /// Checks early for errors that would otherwise be found only after further processes have been started.
  private static func check(_ rules: ProcessRules, _ context: StartContext) throws(StartFailure) {
    guard rules.socket != nil || !context.listeners.isEmpty else {
      throw StartFailure(
        .configuration,
        "milter socket must be specified; write a line such as \"\(Setting.socket.name) inet:8891@localhost\"")
    }
    if let user = rules.userID { _ = try ProcessIdentity(user) }
  }

  /// Prints errors and warnings to standard error.
  private static func printProblems(_ problems: [ConfigurationProblem]) {
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
    defer { if let why = file?.remove() { log.write(.warning, "\(Setting.pidFile.name) \(file?.path ?? ""): \(why)") } }
    var supervisor = Supervisor(context, rules: limit, log: log, contents: contents)
    do throws(StartFailure) {
      return try supervisor.run()
    } catch {
      log.report(error, to: target)
      throw error
    }
  }
}
