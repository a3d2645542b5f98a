import DKIMConfiguration
import DKIMDataSets
import Glibc

/// The configuration of a filter, for commands that need a few of its settings and not all of it.
struct ToolSettings {
  static let standardPath = "/etc/opendkim.conf"

  let settings: Settings
  /// `nil`: there is no file.
  let path: String?

  /// Reads the file, or the standard one where there is one.
  ///
  /// - Parameters:
  ///   - isNeeded: what is wrong with a file that nobody named is told only where something of it is needed.
  ///   - standard: the file that is read where none is named.
  /// - Throws: `CommandFailure` where the file has errors.
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

  /// - Throws: where one of the problems is an error.
  static func tell(_ problems: [ConfigurationProblem]) throws {
    for problem in problems where problem.severity == .warning { Console.complain(problem.description) }
    let errors = problems.filter { $0.severity == .error }
    guard let last = errors.last else { return }
    for error in errors.dropLast() { Console.complain(error.description) }
    throw CommandFailure(.configuration, last.description)
  }

  /// The data set that a setting names.
  ///
  /// - Throws: `CommandFailure`: 69 where its server is down, 78 for whatever else keeps it from being opened.
  func set(_ name: String) async throws -> any DataSet {
    guard let entry = settings.entry(name) else {
      let file = path.map { "\($0) has no \(name)" } ?? "there is no configuration file that names a \(name)"
      throw CommandFailure(.configuration, "\(file); name the file with -x, or name the data set")
    }
    let setting = entry.definition.name
    do throws(DataSetOpenError) {
      return try await open(
        entry.value, at: entry.place, base: settings.text("BaseDirectory"),
        caseSensitive: Self.caseSensitive.contains(setting))
    } catch {
      let problem = error.problem
      throw failure(
        error,
        ConfigurationProblem(problem.severity, at: problem.place, "\(setting) \(problem.text)", fix: problem.fix))
    }
  }

  /// A data set of the command line: relative paths begin in the current directory.
  func set(specification: String) async throws -> any DataSet {
    do throws(DataSetOpenError) {
      return try await open(specification: specification)
    } catch {
      throw failure(error, error.problem)
    }
  }

  /// A data set of the command line, with the error of the data set.
  func open(specification: String) async throws(DataSetOpenError) -> any DataSet {
    let isBare = !specification.contains { ":/,=".contains($0) } && !specification.hasSuffix(".db")
    if isBare, access(specification, F_OK) == 0 {
      Console.complain("warning: '\(specification)' is a list of one entry; write file:\(specification) for the file")
    }
    return try await open(specification, at: nil, base: nil, caseSensitive: true)
  }

  /// The data set of the setting KeyTable, with the error of the data set; `nil` where the setting is missing.
  func openKeyTable() async throws(DataSetOpenError) -> (any DataSet)? {
    guard let entry = settings.entry("KeyTable") else { return nil }
    return try await open(
      entry.value, at: entry.place, base: settings.text("BaseDirectory"), caseSensitive: true)
  }

  private func open(
    _ specification: String, at place: SourcePlace?, base: String?, caseSensitive: Bool
  ) async throws(DataSetOpenError) -> any DataSet {
    var options = settings.dataSetOptions
    options.baseDirectory = base
    options.caseSensitive = caseSensitive
    // Whoever asks wants to know that a server is down.
    options.softStart = false
    return try await DataSets.open(specification, place: place, options: options, drivers: .all)
  }

  private func failure(_ error: DataSetOpenError, _ problem: ConfigurationProblem) -> CommandFailure {
    CommandFailure(error.isTemporary ? .unavailable : .configuration, SafeText.escaped("\(problem)"))
  }

  private static let caseSensitive: Set<String> = ["KeyTable", "MTA", "MacroList"]
}

extension DataSetOpenError {
  fileprivate var isTemporary: Bool {
    if case .store(.temporary) = reason { true } else { false }
  }
}

extension DataSetError {
  /// 69 where waiting may help.
  var status: ExitStatus {
    if case .temporary = self { .unavailable } else { .configuration }
  }

  func failure(of set: any DataSet) -> CommandFailure {
    CommandFailure(status, SafeText.escaped("\(set.specification): \(self)"))
  }
}
