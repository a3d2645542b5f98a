import DKIMConfiguration
import DKIMDataSets
import Glibc

/// Where the configuration comes from: a file, and the settings of the command line over it.
struct ConfigurationSource: Sendable {
  /// Read where no other file is named.
  static let standardPath = "/etc/opendkim.conf"

  /// `nil`: there is no file, every setting has its default.
  let path: String?
  /// The bytes of a file that can be read only once (a pipe, standard input); `nil`: it is read each time.
  let contents: [UInt8]?
  private let overrides: [MilterArguments.Override]
  let keyEvents = KeyEventLog()

  /// - Parameter inherited: the contents that the process which started this one has read.
  init(_ arguments: MilterArguments, inherited: [UInt8]? = nil) {
    overrides = arguments.overrides
    let standard = Self.standardPath
    path = arguments.configurationFile ?? (unsafe access(standard, R_OK) == 0 ? standard : nil)
    contents = inherited ?? path.flatMap { Settings.readOnce($0) }
  }

  /// `Background`, looked up without loading keys and tables.
  var wantsBackground: Bool {
    let (settings, problems) = commandLine
    let (all, more) = Settings.read(path: path, contents: contents, commandLine: settings)
    return !problems.hasErrors && !more.hasErrors && all.flag("Background")
  }

  /// The settings of the file alone.
  func readFile() -> (settings: Settings, problems: [ConfigurationProblem]) {
    Settings.read(path: path, contents: contents)
  }

  /// The configuration, or `nil` and the reasons.
  /// - Parameter previous: keys that can no longer be read are taken over from it.
  func load(previous: Configuration? = nil) async -> (Configuration?, [ConfigurationProblem]) {
    let (settings, problems) = commandLine
    var loader = ConfigurationLoader()
    loader.drivers = .all
    loader.previous = previous
    loader.keyReport = { [keyEvents] in keyEvents.report($0) }
    let (configuration, more) = await loader.load(path: path, contents: contents, commandLine: settings)
    return (problems.hasErrors ? nil : configuration, problems + more)
  }

  /// Everything there is to say about it. (`-n`)
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

  /// The same before there are threads. Says on standard error what is wrong.
  func loadAtStart() throws(StartFailure) -> (Configuration, [ConfigurationProblem]) {
    let source = self
    let loaded = MainThreadExecutor.run {
      await DataSets.$mayBlock.withValue(true) { await source.load() }
    }
    guard let (configuration, problems) = loaded else {
      throw StartFailure(.software, "the configuration cannot be read")
    }
    guard let configuration else {
      for problem in problems where problem.severity != .note { MilterProgram.complain("\(problem)") }
      throw StartFailure(.configuration, "")
    }
    return (configuration, problems)
  }
}
