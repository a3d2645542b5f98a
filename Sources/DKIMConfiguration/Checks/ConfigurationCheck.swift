/// `-n`: finds what would fail, each with file, line, and how to fix it.
///
/// An error means that the filter would not start. Whatever it starts with, although mail would suffer, is a warning.
public struct ConfigurationCheck: Sendable {
  public var loader = ConfigurationLoader()
  /// Postfix's main.cf; nothing is said of Postfix where it cannot be read.
  public var postfix = "/etc/postfix/main.cf"
  /// The filter will be started by root, as this check was.
  public var startsAsRoot = false
  /// Why the filter cannot ask for keys by these rules (`nil`: it can), and what it warns about. Only a front end knows:
  /// it has the resolver.
  public var nameServiceProblems: @Sendable (DNSRules) -> (error: String?, warnings: [ConfigurationProblem]) = { _ in
    (nil, [])
  }
  var accounts = AccountDirectory.system
  /// Whether the name of a host has an address, of IPv6 where that is asked for.
  var hasAddress: @Sendable (_ host: String, _ isIPv6: Bool) -> Bool = HostLookup.hasAddress

  public init() {}

  /// Everything there is to say about a configuration, in the order it was found.
  ///
  /// - Parameter contents: of the file, where it can be read only once; `nil`: it is read now.
  public func problems(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) async -> [ConfigurationProblem] {
    let (settings, read) = Settings.read(path: path, contents: contents, commandLine: commandLine)
    // Of a file that cannot be read there is no more to say.
    if read.hasErrors, settings.entries.isEmpty { return read }
    return read + (await problems(settings, path: path))
  }

  /// The same of settings that have been read.
  ///
  /// - Parameter path: the file they come from, to see whether it can be read again later.
  public func problems(_ settings: Settings, path: String? = nil) async -> [ConfigurationProblem] {
    var loader = loader
    // The tables are walked here, and tell more.
    loader.preloadedKeys = 0
    var draft = await loader.draft(settings)
    let system = CheckSystem(
      accounts: accounts, postfix: PostfixConfiguration.read(postfix), file: path, startsAsRoot: startsAsRoot,
      hasAddress: hasAddress)
    draft.checkProcess(system)
    draft.checkSocket(system)
    draft.checkNameService(nameServiceProblems)
    // The filter starts with whatever the checks below find.
    draft.problems.highestSeverity = .warning
    await draft.checkHosts()
    await draft.checkTables(system)
    draft.checkRepeated()
    await draft.checkHeaders()
    draft.checkLengths()
    await draft.checkSets()
    draft.checkPostfix(system)
    return Self.distinct(draft.problems.all)
  }

  /// Each problem once, as grave as it was told.
  private static func distinct(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
    struct Topic: Hashable {
      let place: SourcePlace?
      let text: String
    }
    var worst: [Topic: ConfigurationProblem.Severity] = [:]
    for problem in problems {
      let topic = Topic(place: problem.place, text: problem.text)
      worst[topic] = max(worst[topic] ?? .note, problem.severity)
    }
    var told: Set<Topic> = []
    return problems.filter { problem in
      let topic = Topic(place: problem.place, text: problem.text)
      return problem.severity == worst[topic] && told.insert(topic).inserted
    }
  }
}

/// What checks see of the machine.
struct CheckSystem: Sendable {
  let accounts: AccountDirectory
  let postfix: PostfixConfiguration?
  /// The configuration file.
  let file: String?
  let startsAsRoot: Bool
  let hasAddress: @Sendable (_ host: String, _ isIPv6: Bool) -> Bool
}
