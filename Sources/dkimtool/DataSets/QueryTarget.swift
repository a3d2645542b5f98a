import DKIMConfiguration

/// The data set that `dkimtool query` is about, and how its rows are read.
struct QueryTarget {
  enum Use {
    case plain
    /// `KeyTable`
    case keys
    /// `SigningTable`; with `MultipleSignatures` every row that matches.
    case signers(all: Bool)
    /// `InternalHosts`, `PeerList`, `ExternalIgnoreList`
    case hosts
  }

  let set: any DataSet
  let use: Use

  /// - Parameter word: the name of a setting, or a data set.
  static func open(_ word: String, config: String?) async throws -> QueryTarget {
    let definition = setting(word)
    let settings = try ToolSettings(config, isNeeded: definition != nil)
    guard let definition else { return QueryTarget(set: try await settings.set(specification: word), use: .plain) }
    let set = try await settings.set(definition.name)
    return QueryTarget(
      set: set, use: use(of: definition.name, everyRow: settings.settings.flag("MultipleSignatures")))
  }

  /// A list of one entry is hardly meant where the entry is the name of a setting.
  private static func setting(_ word: String) -> SettingDefinition? {
    guard let definition = SettingTable.definition(of: word), definition.kind == .dataSet else { return nil }
    return definition
  }

  private static func use(of name: String, everyRow: Bool) -> Use {
    switch name {
    case "KeyTable": .keys
    case "SigningTable": .signers(all: everyRow)
    case "InternalHosts", "PeerList", "ExternalIgnoreList": .hosts
    default: .plain
    }
  }

  /// What the fields of a row are called, as far as they have names.
  var labels: [String] {
    switch use {
    case .keys: ["domain", "selector", "key"]
    case .signers: ["key name", "identity"]
    case .plain, .hosts: []
    }
  }
}
