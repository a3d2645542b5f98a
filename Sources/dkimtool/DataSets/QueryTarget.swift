import DKIMConfiguration

/// The data set that `dkimtool query` looks keys up in, and how its rows are interpreted.
struct QueryTarget {
  enum Use {
    case plain
    /// `KeyTable`
    case keys
    /// `SigningTable`; `all`: every row that matches counts (`MultipleSignatures`).
    case signers(all: Bool)
    /// `InternalHosts`, `PeerList`, `ExternalIgnoreList`
    case hosts
  }

  let set: any DataSet
  let use: Use

  /// - Parameter word: the name of a setting, or a data set.
  static func open(_ word: String, config: String?) async throws -> QueryTarget {
    let definition = try setting(word)
    let settings = try ToolSettings(config, isNeeded: definition != nil)
    guard let definition else { return QueryTarget(set: try await settings.set(specification: word), use: .plain) }
    let set = try await settings.set(definition)
    return QueryTarget(
      set: set, use: use(of: definition.name, everyRow: settings.settings[Setting.multipleSignatures]))
  }

  /// The setting that the word names; `nil` if the word is a data set.
  ///
  /// A single word could be a list of one entry, but is almost always the name of a setting.
  private static func setting(_ word: String) throws -> SettingDefinition? {
    let definition = SettingTable.definition(of: word)
    if let definition, definition.kind == .dataSet { return definition }
    guard isWord(word) else { return nil }
    let hint = "for a list with this one entry, write csl:\(word); for a file, file:\(word)"
    if let definition { throw CommandFailure(.usage, "the value of \(definition.name) is not a data set (\(hint))") }
    let nearest = SettingTable.nearestName(to: word) { $0.kind == .dataSet }
    throw CommandFailure(
      .usage,
      "no setting that takes a data set is named \(word)\(nearest.map { "; did you mean \($0)?" } ?? "") (\(hint))")
  }

  /// Whether the text has only letters and hyphens, as names of settings do.
  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.first != "-" && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "-") }
  }

  private static func use(of name: String, everyRow: Bool) -> Use {
    switch name {
    case Setting.keyTable.name: .keys
    case Setting.signingTable.name: .signers(all: everyRow)
    case Setting.internalHosts.name, Setting.peerList.name, Setting.externalIgnoreList.name: .hosts
    default: .plain
    }
  }

  /// The names of the fields of a row, if they have names.
  var labels: [String] {
    switch use {
    case .keys: ["domain", "selector", "key"]
    case .signers: ["key name", "identity"]
    case .plain, .hosts: []
    }
  }
}
