import DKIMConfiguration

/// The tasks that print information about settings.
enum InformationTasks {
  /// Prints the description of one setting or of all (`--help-config [NAME]`).
  static func helpConfiguration(_ name: String?) -> CInt { tell(SettingQuery.help(name)) }

  /// Prints the value of a setting (`-e NAME`).
  static func printSetting(_ name: String, _ arguments: MilterArguments) -> CInt {
    let (settings, problems) = ConfigurationSource(arguments).readFile()
    guard !problems.hasErrors else {
      for problem in problems where problem.severity == .error { MilterProgram.report("\(problem)") }
      return ExitStatus.configuration.rawValue
    }
    return tell(SettingQuery.value(of: name, in: settings))
  }

  private static func tell(_ answer: SettingQuery.Output) -> CInt {
    let text = answer.text.isEmpty || answer.text.hasSuffix("\n") ? answer.text : answer.text + "\n"
    if answer.exitStatus == 0 { Terminal.output(text) } else { Terminal.error(text) }
    return answer.exitStatus
  }
}

/// The task of `-n`: to report configuration problems and how to fix them. It prints nothing if there are none.
enum CheckTask {
  static func run(_ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    let source = ConfigurationSource(arguments)
    let found = MainThreadExecutor.run {
      await FileRights.$isCommand.withValue(true) { await source.check() }
    }
    guard let problems = found else { return .software }
    for problem in problems { MilterProgram.report("\(problem)") }
    return problems.hasErrors ? .configuration : .success
  }
}
