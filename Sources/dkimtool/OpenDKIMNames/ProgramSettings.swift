import DKIMConfiguration
import DKIMCore
import DKIMDataSets
import DKIMMilter

/// Loads the configuration file of a program, with errors in OpenDKIM's words.
enum ProgramSettings {
  /// Reads the file, or the standard one if it can be read.
  ///
  /// - Throws: `ProgramEnd` with the first line that is invalid.
  static func load(_ path: String?) throws -> ToolSettings {
    let (settings, problems) = ToolSettings.read(path)
    try check(problems, of: settings)
    return settings
  }

  /// - Throws: `ProgramEnd` if one of the problems is an error.
  static func check(_ problems: [ConfigurationProblem], of settings: ToolSettings) throws {
    guard let error = problems.first(where: { $0.severity == .error }) else { return }
    let file = error.location?.file ?? settings.path ?? "<none>"
    throw ProgramEnd(
      ExitStatus.configuration.rawValue,
      PrintableText.escaped("\(file): configuration error at line \(error.location?.line ?? 0)"))
  }
}

extension DataSetOpenError {
  /// The reason, in the words of OpenDKIM's data set library where it has a message for it.
  var openDKIMWords: String {
    switch reason {
    case .unknownKind: "Unknown database type"
    case .file(let problem):
      if case .system(let code) = problem.reason { "\(code)" } else { PrintableText.escaped("\(problem)") }
    default: PrintableText.escaped(problem.text)
    }
  }
}
