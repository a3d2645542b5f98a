/// Makes a ``Configuration`` of ``Settings``: reads values, holds them against each other, opens the data sets.
public struct ConfigurationLoader: Sendable {
  /// Which parts of the program there are.
  public var parts = BuildParts.current
  /// Who opens each kind of data set.
  public var drivers = DataSetDrivers.text
  /// The configuration in force: private keys that cannot be read any more, now that the rights of root are gone, are
  /// taken over from it.
  public var previous: Configuration?
  /// Told of what becomes of key files while the configuration is in use.
  public var keyReport: @Sendable (SigningKeyStore.Event) -> Void = { _ in }
  /// A key that only root can read is not an error.
  public var toleratesMissingRights = false
  /// Keys of a KeyTable that are read in advance, while the rights to read them are there.
  public var preloadedKeys = 1000

  public init() {}

  /// Reads the file, and makes a configuration of it.
  ///
  /// - Parameters:
  ///   - path: the configuration file; `nil`: none, every setting has its default.
  ///   - contents: its bytes, where it can be read only once; `nil`: it is read now.
  ///   - commandLine: settings from ``Settings/override(_:_:)``, which hold against the file.
  /// - Returns: `nil` for the configuration where one of the problems is an error; all problems there are in any case.
  public func load(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) async -> (Configuration?, [ConfigurationProblem]) {
    let (settings, problems) = Settings.read(path: path, contents: contents, commandLine: commandLine)
    // Without the file, everything else would be a consequence.
    if problems.hasErrors, settings.entries.allSatisfy({ $0.place == .commandLine }) { return (nil, problems) }
    let loaded = await draft(settings, isDamaged: problems.hasErrors)
    let all = problems + loaded.problems.all
    return (all.hasErrors ? nil : loaded.configuration, all)
  }

  /// The same of settings that have been read.
  public func load(_ settings: Settings) async -> (Configuration?, [ConfigurationProblem]) {
    let loaded = await draft(settings)
    return (loaded.problems.all.hasErrors ? nil : loaded.configuration, loaded.problems.all)
  }

  /// What can be made of the settings, whatever is wrong with them.
  ///
  /// - Parameter isDamaged: the file has errors, so settings may be missing.
  func draft(_ settings: Settings, isDamaged: Bool = false) async -> ConfigurationDraft {
    var draft = ConfigurationDraft(settings, parts: parts, drivers: drivers)
    draft.judgeStatus()
    draft.takeProcess()
    draft.takeLog()
    draft.takeActions()
    draft.takeNameService()
    await draft.takeOrigin()
    await draft.takeResults()
    await draft.takeVerification()
    await draft.takeSigning()
    await draft.takeKeys(self)
    draft.checkExposure()
    draft.judgeLosses(since: previous)
    await draft.takeTestData()
    // A configuration that is not used changes nothing.
    if !isDamaged, !draft.problems.all.hasErrors { draft.noteRestart(since: previous) }
    return draft
  }
}

extension [ConfigurationProblem] {
  /// True where the program must not go on.
  public var hasErrors: Bool { contains { $0.severity == .error } }
}

/// A configuration under way.
struct ConfigurationDraft {
  let settings: Settings
  let parts: BuildParts
  let drivers: DataSetDrivers
  var configuration = Configuration()
  var problems = ProblemList()
  /// The data sets that were opened, by the names of their settings.
  var sets: [String: any DataSet] = [:]

  init(_ settings: Settings, parts: BuildParts, drivers: DataSetDrivers) {
    self.settings = settings
    self.parts = parts
    self.drivers = drivers
    configuration.settings = settings
    for name in Set(settings.entries.map(\.definition.name)) { configuration.places[name] = settings.place(name) }
  }

  /// The entries that hold, in the order of the files.
  var holding: [Settings.Entry] {
    settings.entries.filter { $0 == settings.entry($0.definition.name) }
  }

  mutating func complain(
    _ severity: ConfigurationProblem.Severity = .error, about name: String, _ text: String, fix: String? = nil
  ) {
    problems.add(ConfigurationProblem(severity, at: settings.place(name), text, fix: fix))
  }

  /// What is not built: an error where mail would be treated otherwise than was asked for.
  ///
  /// - Parameter names: of the settings that matter; `nil`: all do.
  mutating func judgeStatus(of names: Set<String>? = nil) {
    for entry in holding where names?.contains(entry.definition.name) ?? true {
      let definition = entry.definition
      // What is asked for happens anyway.
      if entry.value == definition.defaultText { continue }
      if definition.kind == .flag, SettingValue.flag(entry.value) == SettingValue.flag(definition.defaultText ?? "no") {
        continue
      }
      switch definition.status {
      case .working: continue
      case .accepted(let why):
        complain(.warning, about: definition.name, "\(definition.name) has no effect: \(why)")
      case .refused(let why):
        complain(about: definition.name, "\(definition.name) is not supported: \(why)", fix: "remove the line")
      case .needs(let part, let otherwise, let why):
        if parts.names.contains(part) { continue }
        complain(
          otherwise == .refused ? .error : .note, about: definition.name, "\(definition.name) has no effect: \(why)",
          fix: otherwise == .refused ? "or remove the line" : nil)
      }
    }
  }

  /// What a reload cannot change.
  mutating func noteRestart(since previous: Configuration?) {
    guard let previous else { return }
    for definition in SettingTable.all where !definition.isReloadable {
      guard settings.text(definition.name) != previous.settings.text(definition.name) else { continue }
      complain(
        .warning, about: definition.name, "\(definition.name) has changed, and stays as it was until a restart",
        fix: "restart the filter")
    }
  }

  /// A path, from `BaseDirectory` where it is relative.
  func path(_ name: String) -> String? {
    settings.text(name).map { RelativePath.resolved($0, base: settings.text("BaseDirectory")) }
  }
}
