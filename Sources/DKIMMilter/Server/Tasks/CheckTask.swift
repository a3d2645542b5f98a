import DKIMConfiguration

/// `-n`: says what would fail, and how to mend it. Silent where all is well.
enum CheckTask {
  static func run(_ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    let source = ConfigurationSource(arguments)
    guard let problems = MainThreadExecutor.run({ await source.check() }) else { return .software }
    for problem in problems { MilterProgram.complain("\(problem)") }
    return problems.hasErrors ? .configuration : .success
  }
}
