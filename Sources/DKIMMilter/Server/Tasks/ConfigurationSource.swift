import DKIMConfiguration
import DKIMDataSets
import Glibc
import Synchronization

/// The source of the configuration: a file, and settings of the command line, which override it.
struct ConfigurationSource: Sendable {
  /// The default configuration file.
  static let standardPath = "/etc/opendkim.conf"

  /// The path of the file; `nil` means that no file is read and every setting has its default.
  let path: String?
  /// The contents of a file that can be read only once (a pipe, standard input); `nil`: the file is read each time.
  let contents: [UInt8]?
  private let overrides: [MilterArguments.Override]
  let keyEvents = KeyEventLog()

  /// - Parameter inherited: the contents as read by the parent process.
  init(_ arguments: MilterArguments, inherited: [UInt8]? = nil) {
    overrides = arguments.overrides
    let standard = Self.standardPath
    path = arguments.configurationFile ?? (unsafe access(standard, R_OK) == 0 ? standard : nil)
    contents = inherited ?? path.flatMap { Settings.readOnce($0) }
  }

  /// The settings of the file and the command line, without loading keys and tables; `nil` if they have errors.
  func readSettings() -> Settings? {
    let (settings, problems) = commandLine
    let (all, more) = Settings.read(path: path, contents: contents, commandLine: settings)
    return problems.hasErrors || more.hasErrors ? nil : all
  }

  /// Reads the settings of the file, without those of the command line.
  func readFile() -> (settings: Settings, problems: [ConfigurationProblem]) {
    Settings.read(path: path, contents: contents)
  }

  /// Loads the configuration. If it has errors, the result is `nil`, and the problems contain them.
  /// - Parameter previous: the previous configuration, whose loaded keys are used if their files can no longer be read.
  func load(previous: Configuration? = nil) async -> (Configuration?, [ConfigurationProblem]) {
    let (settings, problems) = commandLine
    var loader = ConfigurationLoader()
    loader.drivers = .all
    loader.previous = previous
    loader.keyReport = { [keyEvents] in keyEvents.report($0) }
    let (configuration, more) = await loader.load(path: path, contents: contents, commandLine: settings)
    return (problems.hasErrors ? nil : configuration, problems + more)
  }

  /// Returns all problems of the configuration, for `-n`.
  func check() async -> [ConfigurationProblem] {
    let (settings, problems) = commandLine
    var check = ConfigurationCheck()
    check.loader.drivers = .all
    check.startsAsRoot = geteuid() == 0
    check.nameServiceProblems = { rules in
      do throws(StartFailure) {
        return (nil, try KeySourcePlan(rules, previous: nil).problems)
      } catch {
        return (error.message, [])
      }
    }
    return problems + (await check.problems(path: path, contents: contents, commandLine: settings))
  }

  private var commandLine: (Settings, [ConfigurationProblem]) {
    var settings = Settings()
    var problems: [ConfigurationProblem] = []
    for override in overrides {
      do throws(ConfigurationProblem) {
        try settings.override(override.name, override.value)
      } catch {
        problems.append(error)
      }
    }
    return (settings, problems)
  }

  /// Loads the configuration before there are threads, and reports errors on standard error.
  func loadAtStart() throws(StartFailure) -> (Configuration, [ConfigurationProblem]) {
    let source = self
    let loaded = MainThreadExecutor.run {
      await DataSets.$mayBlock.withValue(true) { await source.load() }
    }
    guard let (configuration, problems) = loaded else {
      throw StartFailure(.software, "the configuration cannot be read")
    }
    guard let configuration else {
      for problem in problems where problem.severity != .note { MilterProgram.report("\(problem)") }
      throw StartFailure(.configuration, "")
    }
    return (configuration, problems)
  }
}

/// Logging of changes to private key files while they are in use.
final class KeyEventLog: Sendable {
  /// The log; `nil` until it is attached.
  private let log = Mutex<Log?>(nil)

  func attach(_ log: Log) { self.log.withLock { $0 = log } }

  func report(_ event: SigningKeyStore.Event) {
    let log = log.withLock { $0 }
    switch event {
    case .kept(_, let error):
      log?.write(.error, "\(error); the previously loaded key remains in use")
    case .replaced(let path): log?.write(.info, "the key in \(path) has changed; the new one is in use")
    case .unsafe(let path, let why, let fix):
      log?.write(.warning, "\(path): key data is not secure: \(why); \(fix)")
    }
  }
}
