import DKIMConfiguration

/// The task of `-n`: to report configuration problems and how to fix them. It prints nothing if there are none.
enum CheckTask {
  static func run(_ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    let source = ConfigurationSource(arguments)
    let found = MainThreadExecutor.run {
      await FileRights.$isCommand.withValue(true) { await source.check() }
    }
    guard let problems = found else { return .software }
    for problem in problems { MilterProgram.complain("\(problem)") }
    return problems.hasErrors ? .configuration : .success
  }
}
