/// Makes a ``Configuration`` of ``Settings``: reads values, holds them against each other, opens the data sets.
public struct ConfigurationLoader: Sendable {
  /// Which parts of the program there are.
  public var parts = BuildParts.current

  public init() {}

  /// Reads the file, and makes a configuration of it.
  ///
  /// - Parameters:
  ///   - path: the configuration file; `nil`: none, every setting has its default.
  ///   - commandLine: settings from ``Settings/override(_:_:)``, which hold against the file.
  /// - Returns: `nil` for the configuration where one of the problems is an error; all problems there are in any case.
  public func load(path: String?, commandLine: Settings = Settings()) async -> (Configuration?, [ConfigurationProblem])
  {
    let (settings, problems) = Settings.read(path: path, commandLine: commandLine)
    let (configuration, more) = await load(settings)
    let all = problems + more
    return (all.contains { $0.severity == .error } ? nil : configuration, all)
  }

  /// The same of settings that have been read.
  public func load(_ settings: Settings) async -> (Configuration?, [ConfigurationProblem]) {
    (nil, [])
  }
}
