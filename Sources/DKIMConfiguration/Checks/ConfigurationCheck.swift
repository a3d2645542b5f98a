/// The check behind `-n`: reports problems, each with file, line and a suggested fix.
///
/// An error keeps the filter from starting. A problem that affects mail, but not the start, is a warning.
package struct ConfigurationCheck: Sendable {
  package var loader = ConfigurationLoader()
  /// The path of Postfix's main.cf. If the file cannot be read, Postfix is not checked.
  package var postfix = "/etc/postfix/main.cf"
  /// True if the filter will be started by root.
  package var startsAsRoot = false
  /// Checks whether the resolver can be set up with these rules: returns the error, if any, and warnings.
  ///
  /// The front end provides it, because this module has no resolver.
  package var nameServiceProblems: @Sendable (DNSRules) -> (error: String?, warnings: [ConfigurationProblem]) = { _ in
    (nil, [])
  }
  var accounts = AccountDirectory.system
  /// Whether a host name has an IPv4 address, or an IPv6 address if `isIPv6` is true.
  var hasAddress: @Sendable (_ host: String, _ isIPv6: Bool) -> Bool = HostLookup.hasAddress

  package init() {}

  /// Returns all problems of a configuration file, in the order they were found.
  ///
  /// - Parameter contents: the contents of a file that can be read only once; `nil`: the file is read now.
  package func problems(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) async -> [ConfigurationProblem] {
    let (settings, read) = Settings.read(path: path, contents: contents, commandLine: commandLine)
    // If the file cannot be read, there is nothing else to check.
    if read.hasErrors, settings.entries.isEmpty { return read }
    return read + (await problems(settings, path: path))
  }

  /// Returns all problems of settings that have been read.
  ///
  /// - Parameter path: the file they come from, to check that a reload can read it.
  package func problems(_ settings: Settings, path: String? = nil) async -> [ConfigurationProblem] {
    var loader = loader
    // The checks below read every key of the tables, so there is no need to preload keys.
    loader.preloadLimit = 0
    var draft = await loader.draft(settings)
    let system = CheckSystem(
      accounts: accounts, postfix: PostfixConfiguration.read(postfix), file: path, startsAsRoot: startsAsRoot,
      hasAddress: hasAddress)
    draft.checkProcess(system)
    draft.checkSocket(system)
    draft.checkNameService(nameServiceProblems)
    // Nothing that the checks below find keeps the filter from starting.
    draft.problems.highestSeverity = .warning
    draft.checkReports(system)
    await draft.checkHosts()
    await draft.checkTables(system)
    draft.checkRepeated()
    await draft.checkHeaders()
    draft.checkLengths()
    await draft.checkSets()
    draft.checkPostfix(system)
    return Self.distinct(draft.problems.all)
  }

  /// Removes duplicates; keeps the highest severity that was reported.
  private static func distinct(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
    struct Topic: Hashable {
      let location: FileLocation?
      let text: String
    }
    var worst: [Topic: ConfigurationProblem.Severity] = [:]
    for problem in problems {
      let topic = Topic(location: problem.location, text: problem.text)
      worst[topic] = max(worst[topic] ?? .note, problem.severity)
    }
    var told: Set<Topic> = []
    return problems.filter { problem in
      let topic = Topic(location: problem.location, text: problem.text)
      return problem.severity == worst[topic] && told.insert(topic).inserted
    }
  }
}

/// What the checks need to know about the machine.
struct CheckSystem: Sendable {
  let accounts: AccountDirectory
  let postfix: PostfixConfiguration?
  /// The configuration file.
  let file: String?
  let startsAsRoot: Bool
  let hasAddress: @Sendable (_ host: String, _ isIPv6: Bool) -> Bool
}
