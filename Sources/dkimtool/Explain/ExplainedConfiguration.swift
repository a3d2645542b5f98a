import DKIMConfiguration
import DKIMCore
import DKIMDataSets
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
    loader.toleratesMissingRights = true
    // Only the keys that the message needs are read, and reported.
    loader.preloadedKeys = 0
    let (configuration, problems) = await loader.load(path: path, contents: path.flatMap { Settings.readOnce($0) })
    for problem in problems where problem.severity > .note { Console.complain(problem.description) }
    guard let configuration else {
      throw CommandFailure(.configuration, "\(path ?? standardPath): the filter does not start with this configuration")
    }
    return configuration
  }

  /// Where keys are asked for: as the command line says, else where the filter asks.
  /// - Parameter isNeeded: without a message nothing is asked.
  static func keys(
    _ options: KeySourceOptions, _ configuration: Configuration, isNeeded: Bool
  ) throws -> (any PublicKeySource)? {
    isNeeded ? try options.source(configuration.dns) : nil
  }
}
