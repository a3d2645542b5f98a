import DKIMConfiguration
import Glibc

/// The program `dkim-milter`.
package enum MilterProgram {
  /// Runs the program.
  /// - Parameter words: the command line, including the name of the program.
  /// - Returns: the exit status, see sysexits(3).
  package static func run(_ words: [String]) -> CInt {
    StandardDescriptors.openMissing()
    ProgramName.current.nameProcess()
    QuietDispatch.begin()
    let context = StartContext.take()
    do throws(StartFailure) {
      return try run(Array(words.dropFirst()), context)
    } catch {
      if !error.message.isEmpty { report(error.message) }
      return error.status.rawValue
    }
  }

  private static func run(_ words: [String], _ context: StartContext) throws(StartFailure) -> CInt {
    let arguments: MilterArguments
    do throws(MilterArguments.Fault) {
      arguments = try MilterArguments(words)
    } catch {
      if error != .helpWanted { report("\(error)") }
      Terminal.error(UsageText.short)
      return ExitStatus.usage.rawValue
    }
    switch arguments.task {
    case .help: Terminal.output(UsageText.long)
    case .printVersion: Terminal.output(UsageText.version())
    case .helpConfig(let name): return InformationTasks.helpConfiguration(name)
    case .printSetting(let name): return InformationTasks.printSetting(name, arguments)
    case .check: return try CheckTask.run(arguments).rawValue
    case .query: return try QueryTask.run(arguments).rawValue
    case .test(let files): return try TestTask.run(files, arguments).rawValue
    case .serve: return try ServeTask(arguments, words: words, context).run()
    }
    return ExitStatus.success.rawValue
  }

  static func report(_ text: String) { Terminal.error("\(ProgramName.current.rawValue): \(text)\n") }
}
