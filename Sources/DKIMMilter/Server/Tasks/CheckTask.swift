import DKIMConfiguration

/// `-n`: says what would fail, and how to fix it. Silent where all is well.
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
