import DKIMConfiguration
import DKIMDataSets
import DKIMDNS
import Glibc

/// The filter's configuration for `dkimtool explain`.
enum ExplainedConfiguration {
  private static let standardPath = ToolSettings.standardPath

  /// Problems go to standard error.
  /// - Throws: `CommandFailure` where the filter would not start with it.
  static func load(_ path: String?) async throws -> Configuration {
    let path = path ?? (access(standardPath, R_OK) == 0 ? standardPath : nil)
    var loader = ConfigurationLoader()
    loader.drivers = .all
    let (configuration, problems) = await loader.load(path: path)
    for problem in problems where problem.severity > .note { Console.complain(problem.description) }
    guard let configuration else {
      throw CommandFailure(.configuration, "\(path ?? standardPath): the filter does not start with this configuration")
    }
    return configuration
  }

  /// Where keys are asked for: as the command line says, else as the configuration does.
  /// - Parameter isNeeded: without a message nothing is asked.
  static func keys(
    _ options: KeySourceOptions, _ configuration: Configuration, isNeeded: Bool
  ) throws -> KeyLookup? {
    guard isNeeded else { return nil }
    if options.keys != nil || !options.nameserver.isEmpty { return try options.lookup() }
    if let file = configuration.dns.testPublicKeys { return try KeyLookup(file: file, servers: []) }
    return try KeyLookup(file: nil, servers: try configuration.dns.nameservers.map(ArgumentParsing.nameServer))
  }
}
