import DKIMConfiguration
import DKIMCore
import DKIMMilter
import NIOPosix

/// The rules for keys of a configuration, and what its key store says about files while they are read.
struct ConfiguredKeyRules {
  let rules: KeyRules
  let dangers = KeyDangers()

  /// - Parameter check: reports the problems, and throws if one of them is an error.
  /// - Throws: `CommandFailure` where the settings for keys or for DNS are wrong.
  init(
    _ settings: ToolSettings, check: ([ConfigurationProblem]) throws -> Void = ToolSettings.tell
  ) async throws {
    var loader = ConfigurationLoader()
    loader.drivers = .all
    loader.keyReport = { [dangers] in dangers.note($0) }
    let (rules, problems) = await loader.loadKeyRules(settings.settings)
    try check(problems)
    guard let rules else { throw CommandFailure(.configuration, "\(settings.path ?? "the configuration") is wrong") }
    self.rules = rules
  }
}

extension ToolSettings {
  /// True where nothing says what signs.
  var isWithoutKeys: Bool {
    ["KeyTable", "Domain", "Selector", "KeyFile"].allSatisfy { settings.entry($0) == nil }
  }
}

extension KeySourceOptions {
  /// Where key records come from: as the command line says, else as the configuration does.
  func source(_ rules: DNSRules) throws -> any PublicKeySource {
    if keys != nil || !nameserver.isEmpty { return try lookup().source }
    let source = try rules.source()
    for problem in source.problems { Console.complain("\(problem)") }
    return source
  }
}

extension DNSRules {
  /// Where the configuration takes key records from.
  func source() throws -> ConfiguredKeySource {
    do throws(ConfiguredKeySource.Failure) {
      return try ConfiguredKeySource(self, group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    } catch {
      throw CommandFailure(.configuration, error.message)
    }
  }
}
