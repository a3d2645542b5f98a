import DKIMConfiguration
import DKIMCore
import DKIMMilter
import NIOPosix

/// The rules for keys in a configuration, and the warnings of its key store about key files.
struct ConfiguredKeyRules {
  let rules: KeyRules
  let dangers = KeyDangers()

  /// - Parameter check: reports the problems, and throws if one of them is an error.
  /// - Throws: `CommandFailure` if the settings for keys or for DNS are invalid.
  init(
    _ settings: ToolSettings, check: ([ConfigurationProblem]) throws -> Void = ToolSettings.tell
  ) async throws {
    var loader = ConfigurationLoader()
    loader.drivers = .all
    loader.keyReport = { [dangers] in dangers.note($0) }
    let (rules, problems) = await loader.loadKeyRules(settings.settings)
    try check(problems)
    guard let rules else { throw CommandFailure(.configuration, "\(settings.path ?? "the configuration") is invalid") }
    self.rules = rules
  }
}

extension ToolSettings {
  /// Whether none of the settings that select keys is present.
  var isWithoutKeys: Bool {
    let settingsOfKeys: [any SettingRow] = [Setting.keyTable, Setting.domain, Setting.selector, Setting.keyFile]
    return settingsOfKeys.allSatisfy { !settings.has($0) }
  }
}

extension KeySourceOptions {
  /// Returns the source of key records: that of the command line, or else that of the configuration.
  func source(_ rules: DNSRules) throws -> any PublicKeySource {
    if keys != nil || !nameserver.isEmpty { return try lookup().source }
    let source = try rules.source()
    for problem in source.problems { Console.report("\(problem)") }
    return source
  }
}

extension DNSRules {
  /// Returns the source of key records of the configuration.
  func source() throws -> ConfiguredKeySource {
    do throws(ConfiguredKeySource.Failure) {
      return try ConfiguredKeySource(self, group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    } catch {
      throw CommandFailure(.configuration, error.message)
    }
  }
}
