internal import DKIMCore

/// The settings in configuration files and on the command line, each with its file and line.
///
/// If a setting is repeated, the last one takes effect. The command line overrides all files.
package struct Settings: Sendable {
  /// One line of a file, or one command-line option.
  package struct Entry: Sendable, Hashable {
    package let definition: SettingDefinition
    /// The value without surrounding white space; valid for the kind of the setting.
    package let value: String
    package let location: FileLocation
  }

  /// All entries in the order they were read.
  package private(set) var entries: [Entry] = []
  private var last: [String: Int] = [:]

  package init() {}

  /// Returns the entry that takes effect; `nil` if the setting is not given.
  package func entry(_ name: String) -> Entry? { last[name.lowercased()].map { entries[$0] } }

  /// Returns all entries of a setting, in order.
  package func entries(named name: String) -> [Entry] {
    guard let wanted = entry(name)?.definition.name else { return [] }
    return entries.filter { $0.definition.name == wanted }
  }

  /// The place of the entry that takes effect.
  package func location(_ name: String) -> FileLocation? { entry(name)?.location }

  /// The value that was given; `nil` if the setting is not given.
  package func text(_ name: String) -> String? { entry(name)?.value }

  /// The value that was given, or the default.
  package subscript<Value>(key: SettingKey<Value>) -> Value {
    entry(key).flatMap { Value(setting: $0.value) } ?? key.defaultValue
  }

  /// Returns the entry that takes effect; `nil` if the setting is not given.
  package func entry(_ setting: any SettingRow) -> Entry? { entry(setting.name) }

  /// Returns true if the setting is given, even with its default.
  package func has(_ setting: any SettingRow) -> Bool { entry(setting) != nil }

  /// Returns the place of the entry that takes effect.
  package func location(_ setting: any SettingRow) -> FileLocation? { location(setting.name) }

  /// Stores the values that were given in the parts of the configuration that the settings are for. It does not change
  /// what only `ConfigurationDraft` can load.
  func store(in configuration: inout Configuration) {
    for row in SettingTable.rows where row.hasTarget {
      if let entry = entry(row) { row.store(entry.value, in: &configuration) }
    }
  }

  /// Adds a setting from the command line. It overrides all files, also those that are read later.
  /// - Throws: a problem with the place ``FileLocation/commandLine``.
  package mutating func override(_ name: String, _ value: String) throws(ConfigurationProblem) {
    try add(name, value, at: .commandLine)
  }

  /// Adds the command-line entries in `others`; they override these settings.
  package mutating func override(with others: Settings) {
    for entry in others.entries where entry.location == .commandLine { append(entry) }
  }

  mutating func add(_ name: String, _ value: String, at location: FileLocation) throws(ConfigurationProblem) {
    guard let definition = SettingTable.definition(of: name) else { throw Self.unknown(name, at: location) }
    guard !value.isEmpty else {
      throw ConfigurationProblem(
        .error, at: location, "\(definition.name): required value missing, expected: \(definition.kind)",
        fix: "write the value after the name, or remove the line")
    }
    try SettingValue.check(value, of: definition, at: location)
    append(Entry(definition: definition, value: value, location: location))
  }

  private mutating func append(_ entry: Entry) {
    let name = entry.definition.name.lowercased()
    entries.append(entry)
    if let held = last[name], entries[held].location == .commandLine, entry.location != .commandLine { return }
    last[name] = entries.count - 1
  }

  private static func unknown(_ name: String, at location: FileLocation) -> ConfigurationProblem {
    // Other programs use the forms `Socket=inet:…` and `Socket: inet:…`.
    let word = name.prefix { $0 != "=" && $0 != ":" }
    let shown = PrintableText.quoted(name)
    if word.count < name.count, let meant = SettingTable.definition(of: String(word)) {
      return ConfigurationProblem(
        .error, at: location, "unrecognized parameter \(shown)",
        fix: "write a space after \(meant.name), without \"=\" or \":\"")
    }
    return ConfigurationProblem(
      .error, at: location, "unrecognized parameter \(shown)",
      fix: SettingTable.nearestName(to: String(word)).map { "did you mean \($0)?" }
        ?? "see opendkim.conf(5) or --help-config for the names of all settings")
  }
}
