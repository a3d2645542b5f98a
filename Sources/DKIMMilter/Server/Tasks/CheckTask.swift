import DKIMConfiguration

/// `-n`: says what would fail, and how to mend it. Silent where all is well.
enum CheckTask {
  static func run(_ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    let source = ConfigurationSource(arguments)
    let result = MainThreadExecutor.run { await source.load() }
    let problems = result?.1 ?? []
    for problem in problems { MilterProgram.complain("\(problem)") }
    return problems.hasErrors ? .configuration : .success
  }
}
