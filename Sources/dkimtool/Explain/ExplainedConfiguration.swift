import DKIMConfiguration
import DKIMDataSets
import Glibc

/// The filter's configuration for `dkimtool explain`.
enum ExplainedConfiguration {
  private static let standardPath = ToolSettings.standardPath

  /// Loads the configuration, and reports its problems on standard error.
  ///
  /// - Throws: `CommandFailure` if the filter would not start with this configuration.
  static func load(_ path: String?) async throws -> Configuration {
    let path = path ?? (access(standardPath, R_OK) == 0 ? standardPath : nil)
    var loader = ConfigurationLoader()
    loader.drivers = .all
    loader.toleratesRootOnlyKeys = true
    // Only the keys that the message needs are read, and reported.
    loader.preloadLimit = 0
    let (configuration, problems) = await loader.load(path: path, contents: path.flatMap { Settings.readOnce($0) })
    for problem in problems where problem.severity > .note { Console.report(problem.description) }
    guard let configuration else {
      throw CommandFailure(.configuration, "\(path ?? standardPath): the filter does not start with this configuration")
    }
    return configuration
  }
}
