import DKIMConfiguration
import DKIMCore
import DKIMDataSets
import DKIMMilter
import Glibc

/// The filter's configuration, for commands that need only a few of its settings.
struct ToolSettings {
  static let standardPath = "/etc/opendkim.conf"

  let settings: Settings
  /// The path of the file that was read; `nil` if there is none.
  let path: String?

  /// Reads the file, or the standard one if it can be read.
  ///
  /// - Parameters:
  ///   - path: the file that the user named, if any.
  ///   - isNeeded: whether the command needs a setting of the file. If not, problems of the standard file are ignored.
  ///   - standard: the file that is read if `path` is `nil`.
  /// - Throws: `CommandFailure` if the file has errors.
  init(_ path: String?, isNeeded: Bool, standard: String = standardPath) throws {
    let problems: [ConfigurationProblem]
    (self, problems) = Self.read(path, standard: standard)
    guard path != nil || isNeeded else { return }
    try Self.tell(problems)
  }

  private init(_ settings: Settings, path: String?) {
    self.settings = settings
    self.path = path
  }

  /// Reads the file, or the standard one if it can be read, and leaves the problems to the caller.
  static func read(
    _ path: String?, standard: String = standardPath
  ) -> (settings: ToolSettings, problems: [ConfigurationProblem]) {
    let found = path ?? (access(standard, R_OK) == 0 ? standard : nil)
    let (settings, problems) = Settings.read(path: found, contents: found.flatMap { Settings.readOnce($0) })
    return (ToolSettings(settings, path: found), problems)
  }

  /// Reports the problems on standard error.
  ///
  /// - Throws: `CommandFailure` with the last error, if there is one.
  static func tell(_ problems: [ConfigurationProblem]) throws {
    for problem in problems where problem.severity == .warning { Console.report(problem.description) }
    let errors = problems.filter { $0.severity == .error }
    guard let last = errors.last else { return }
    for error in errors.dropLast() { Console.report(error.description) }
    throw CommandFailure(.configuration, last.description)
  }

  /// The data set that a setting names.
  ///
  /// - Throws: `CommandFailure`: 69 if its server is unavailable, 78 if it cannot be opened for any other reason.
  func set(_ setting: any SettingRow) async throws -> any DataSet {
    let name = setting.name
    guard let entry = settings.entry(setting) else {
      let file = path.map { "\($0) has no \(name)" } ?? "there is no configuration file with a \(name)"
      throw CommandFailure(.configuration, "\(file); give the file with -x, or give the data set itself")
    }
    do throws(DataSetOpenError) {
      return try await open(
        entry.value, at: entry.location, base: settings[Setting.baseDirectory],
        caseSensitive: Self.caseSensitive.contains(name))
    } catch {
      let problem = error.problem
      throw failure(
        error,
        ConfigurationProblem(problem.severity, at: problem.location, "\(name) \(problem.text)", fix: problem.fix))
    }
  }

  /// Opens a data set of the command line. Relative paths are resolved from the current directory.
  func set(specification: String) async throws -> any DataSet {
    do throws(DataSetOpenError) {
      return try await open(specification: specification)
    } catch {
      throw failure(error, error.problem)
    }
  }

  /// Opens a data set of the command line, and throws the data set's own error.
  func open(specification: String) async throws(DataSetOpenError) -> any DataSet {
    let isBare = !specification.contains { ":/,=".contains($0) } && !specification.hasSuffix(".db")
    if isBare, access(specification, F_OK) == 0 {
      Console.report("warning: '\(specification)' is a list of one entry; for the file, write file:\(specification)")
    }
    return try await open(specification, at: nil, base: nil, caseSensitive: true)
  }

  /// Opens the data set of the setting KeyTable, and throws the data set's own error; `nil` if the setting is missing.
  func openKeyTable() async throws(DataSetOpenError) -> (any DataSet)? {
    guard let entry = settings.entry(Setting.keyTable) else { return nil }
    return try await open(
      entry.value, at: entry.location, base: settings[Setting.baseDirectory], caseSensitive: true)
  }

  private func open(
    _ specification: String, at location: FileLocation?, base: String?, caseSensitive: Bool
  ) async throws(DataSetOpenError) -> any DataSet {
    var options = settings.dataSetOptions
    options.baseDirectory = base
    options.caseSensitive = caseSensitive
    // A user of this command wants to see that a server is down.
    options.softStart = false
    return try await DataSets.open(specification, location: location, options: options, drivers: .all)
  }

  private func failure(_ error: DataSetOpenError, _ problem: ConfigurationProblem) -> CommandFailure {
    CommandFailure(error.isTemporary ? .unavailable : .configuration, PrintableText.escaped("\(problem)"))
  }

  private static let caseSensitive: Set = [Setting.keyTable.name, Setting.mta.name, Setting.macroList.name]
}

extension DataSetOpenError {
  fileprivate var isTemporary: Bool {
    if case .store(.temporary) = reason { true } else { false }
  }
}

extension DataSetError {
  /// 69 if the error is temporary, otherwise 78.
  var status: ExitStatus {
    if case .temporary = self { .unavailable } else { .configuration }
  }

  func failure(of set: any DataSet) -> CommandFailure {
    CommandFailure(status, PrintableText.escaped("\(set.specification): \(self)"))
  }
}
