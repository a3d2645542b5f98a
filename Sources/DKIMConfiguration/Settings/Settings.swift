/// What an administrator wrote, in files and on the command line, each with its place.
///
/// Of a setting that is given several times the last one holds; the command line holds against all files.
public struct Settings: Sendable {
  /// One line.
  public struct Entry: Sendable, Hashable {
    public let definition: SettingDefinition
    /// Blanks around it removed; fits the kind of the setting.
    public let value: String
    public let place: SourcePlace
  }

  /// All lines in the order they were read.
  public private(set) var entries: [Entry] = []
  private var last: [String: Int] = [:]

  public init() {}

  /// The entry that holds; `nil` where the setting is not given.
  public func entry(_ name: String) -> Entry? { last[name.lowercased()].map { entries[$0] } }

  /// Every entry of the name, in order.
  public func entries(named name: String) -> [Entry] {
    guard let wanted = entry(name)?.definition.name else { return [] }
    return entries.filter { $0.definition.name == wanted }
  }

  public func place(_ name: String) -> SourcePlace? { entry(name)?.place }

  /// What was given.
  public func text(_ name: String) -> String? { entry(name)?.value }

  /// What was given, or else the default.
  public func flag(_ name: String) -> Bool {
    let text = entry(name)?.value ?? SettingTable.definition(of: name)?.defaultText
    return text.flatMap(SettingValue.flag) ?? false
  }

  /// What was given, or else the default.
  public func integer(_ name: String) -> Int? {
    let text = entry(name)?.value ?? SettingTable.definition(of: name)?.defaultText
    return text.flatMap(SettingValue.integer)
  }

  /// Takes an option of the command line: it holds against all files, whenever they are read.
  /// - Throws: a problem with the place ``SourcePlace/commandLine``.
  public mutating func override(_ name: String, _ value: String) throws(ConfigurationProblem) {
    try add(name, value, at: .commandLine)
  }

  /// Puts the entries of the command line `others` has over these.
  public mutating func override(with others: Settings) {
    for entry in others.entries where entry.place == .commandLine { append(entry) }
  }

  mutating func add(_ name: String, _ value: String, at place: SourcePlace) throws(ConfigurationProblem) {
    guard let definition = SettingTable.definition(of: name) else { throw Self.unknown(name, at: place) }
    guard !value.isEmpty else {
      throw ConfigurationProblem(
        .error, at: place, "\(definition.name): required value missing, expected: \(definition.kind)",
        fix: "write the value behind the name, or remove the line")
    }
    try SettingValue.check(value, of: definition, at: place)
    append(Entry(definition: definition, value: value, place: place))
  }

  private mutating func append(_ entry: Entry) {
    let name = entry.definition.name.lowercased()
    entries.append(entry)
    if let held = last[name], entries[held].place == .commandLine, entry.place != .commandLine { return }
    last[name] = entries.count - 1
  }

  private static func unknown(_ name: String, at place: SourcePlace) -> ConfigurationProblem {
    // `Socket=inet:…` and `Socket: inet:…` are how other programs have it.
    let word = name.prefix { $0 != "=" && $0 != ":" }
    let shown = SettingText.shown(name)
    if word.count < name.count, let meant = SettingTable.definition(of: String(word)) {
      return ConfigurationProblem(
        .error, at: place, "unrecognized parameter \(shown)",
        fix: "write a blank behind \(meant.name), no \"=\" or \":\"")
    }
    return ConfigurationProblem(
      .error, at: place, "unrecognized parameter \(shown)",
      fix: SettingTable.nearestName(to: String(word)).map { "did you mean \($0)?" }
        ?? "see opendkim.conf(5) or --help-config for the names there are")
  }
}
