/// Makes a ``Configuration`` from ``Settings``: parses values, checks them against each other, and opens data sets.
package struct ConfigurationLoader: Sendable {
  /// The optional parts that this build has.
  package var parts = BuildParts.current
  /// The driver for each kind of data set.
  package var drivers = DataSetDrivers.text
  /// The current configuration, at a reload.
  ///
  /// Private keys that the process can no longer read after dropping root privileges are taken from it.
  package var previous: Configuration?
  /// Called when a key file changes or becomes unusable while the configuration is in use.
  package var keyReport: @Sendable (SigningKeyStore.Event) -> Void = { _ in }
  /// If true, a key that only root can read is not an error.
  package var toleratesRootOnlyKeys = false
  /// The maximum number of keys of a KeyTable to read in advance, while the process still has permission to read them.
  package var preloadLimit = 1000

  package init() {}

  /// Reads the file, and makes a configuration from it.
  ///
  /// - Parameters:
  ///   - path: the configuration file; if `nil`, every setting has its default.
  ///   - contents: the contents of a file that can be read only once; if `nil`, the file is read now.
  ///   - commandLine: settings from ``Settings/override(_:_:)``, which override the file.
  /// - Returns: the configuration, or `nil` if one of the problems is an error; and all problems.
  package func load(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) async -> (Configuration?, [ConfigurationProblem]) {
    let (settings, problems) = Settings.read(path: path, contents: contents, commandLine: commandLine)
    // If the file could not be read, all other problems would only be consequences.
    if problems.hasErrors, settings.entries.allSatisfy({ $0.location == .commandLine }) { return (nil, problems) }
    let loaded = await draft(settings, isDamaged: problems.hasErrors)
    let all = problems + loaded.problems.all
    return (all.hasErrors ? nil : loaded.configuration, all)
  }

  /// Makes a configuration from settings that have been read.
  package func load(_ settings: Settings) async -> (Configuration?, [ConfigurationProblem]) {
    let loaded = await draft(settings)
    return (loaded.problems.all.hasErrors ? nil : loaded.configuration, loaded.problems.all)
  }

  /// Loads as much of the configuration as possible, and collects all problems.
  ///
  /// - Parameter isDamaged: true if the file has errors, so that settings may be missing.
  func draft(_ settings: Settings, isDamaged: Bool = false) async -> ConfigurationDraft {
    var draft = ConfigurationDraft(settings, parts: parts, drivers: drivers)
    draft.checkStatus()
    draft.loadProcess()
    draft.loadMetrics()
    draft.loadActions()
    draft.loadReports()
    draft.loadNameService()
    await draft.loadOrigin()
    await draft.loadResults()
    await draft.loadVerification()
    await draft.loadRates()
    await draft.loadSigning()
    await draft.loadVouching()
    draft.loadScripts()
    await draft.loadKeys(self)
    draft.checkResigning()
    draft.checkExposure()
    draft.checkReloadSafety(since: previous)
    await draft.loadTestData()
    // A configuration with errors will not be used, so its changes do not matter.
    if !isDamaged, !draft.problems.all.hasErrors { draft.warnAboutRestart(since: previous) }
    return draft
  }
}

extension [ConfigurationProblem] {
  /// True if the program must not continue.
  package var hasErrors: Bool { contains { $0.severity == .error } }
}

/// A configuration that is being loaded.
struct ConfigurationDraft {
  let settings: Settings
  let parts: BuildParts
  let drivers: DataSetDrivers
  var configuration = Configuration()
  var problems = ProblemList()
  /// The data sets that were opened, by setting name.
  var sets: [String: any DataSet] = [:]

  init(_ settings: Settings, parts: BuildParts, drivers: DataSetDrivers) {
    self.settings = settings
    self.parts = parts
    self.drivers = drivers
    configuration.settings = settings
    settings.store(in: &configuration)
    configuration.dataSets = settings.dataSetOptions
    for name in Set(settings.entries.map(\.definition.name)) { configuration.locations[name] = settings.location(name) }
  }

  /// The entries that take effect, in the order of the files.
  var effectiveEntries: [Settings.Entry] {
    settings.entries.filter { $0 == settings.entry($0.definition.name) }
  }

  /// Adds a problem at the line of a setting.
  mutating func report(
    _ severity: ConfigurationProblem.Severity = .error, about setting: any SettingRow, _ text: String,
    fix: String? = nil
  ) {
    problems.add(ConfigurationProblem(severity, at: settings.location(setting), text, fix: fix))
  }

  /// Reports settings that this build does not support: an error if ignoring one would change what happens to mail.
  ///
  /// - Parameter wanted: the settings to check; `nil`: all.
  mutating func checkStatus(of wanted: [any SettingRow]? = nil) {
    let names = wanted.map { Set($0.map(\.name)) }
    for entry in effectiveEntries where names?.contains(entry.definition.name) ?? true {
      let definition = entry.definition
      // A line that only repeats the default changes nothing.
      if entry.value == definition.defaultText { continue }
      if definition.kind == .flag, SettingValue.flag(entry.value) == SettingValue.flag(definition.defaultText ?? "no") {
        continue
      }
      switch definition.status {
      case .working: continue
      case .accepted(let why):
        report(.warning, about: definition, "\(definition.name) has no effect: \(why)")
      case .refused(let why):
        report(about: definition, "\(definition.name) is not supported: \(why)", fix: "remove the line")
      case .needs(let part, let otherwise, let why):
        if parts.names.contains(part) { continue }
        report(
          otherwise == .refused ? .error : .note, about: definition, "\(definition.name) has no effect: \(why)",
          fix: otherwise == .refused ? "or remove the line" : nil)
      }
    }
  }

  /// Warns about changed settings that a reload does not apply.
  mutating func warnAboutRestart(since previous: Configuration?) {
    guard let previous else { return }
    for definition in SettingTable.all where !definition.isReloadable {
      guard settings.entry(definition)?.value != previous.settings.entry(definition)?.value else { continue }
      report(
        .warning, about: definition,
        "\(definition.name) has changed; the old value stays in effect until a restart",
        fix: "restart the filter")
    }
  }
}
