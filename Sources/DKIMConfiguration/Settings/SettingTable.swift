/// All settings. The parser, the checks, `-e`, `--help-config` and the reference use this table.
package enum SettingTable {
  /// All rows in alphabetical order, ignoring letter case.
  package static let rows: [any SettingRow] = {
    let groups = [
      Setting.origin, Setting.signing, Setting.keys, Setting.verification, Setting.reports, Setting.actions,
      Setting.results, Setting.nameService, Setting.logging, Setting.process, Setting.scripts, Setting.ldapAndSQL,
      Setting.reputation, Setting.rates, Setting.additions,
    ]
    return groups.flatMap { $0 }.sorted { $0.name.lowercased() < $1.name.lowercased() }
  }()

  /// The definitions of all settings, in the same order.
  package static let all = rows.map(\.definition)

  private static let index = Dictionary(all.map { ($0.name.lowercased(), $0) }) { first, _ in first }

  /// Returns the setting with a name, ignoring letter case.
  package static func definition(of name: String) -> SettingDefinition? { index[name.lowercased()] }

  /// Returns the name that was probably meant; `nil` if no name is similar.
  /// - Parameter isCandidate: returns true for the settings to choose from.
  package static func nearestName(
    to name: String, among isCandidate: (SettingDefinition) -> Bool = { _ in true }
  ) -> String? {
    let wanted = Array(name.lowercased().utf8)
    guard (2...64).contains(wanted.count) else { return nil }
    let limit = wanted.count < 6 ? 1 : wanted.count / 4 + 1
    var best: (name: String, distance: Int)?
    for (definition, bytes) in spellings where abs(bytes.count - wanted.count) <= limit && isCandidate(definition) {
      let distance = EditDistance.between(wanted, bytes)
      if distance <= limit, distance < best?.distance ?? .max { best = (definition.name, distance) }
    }
    return best?.name
  }

  private static let spellings = all.map { ($0, Array($0.name.lowercased().utf8)) }

  /// Counts the settings that work, that are accepted without effect, and that are refused.
  /// - Parameter additional: true to count the settings that OpenDKIM does not have; false to count OpenDKIM's.
  package static func counts(additional: Bool = false, parts: BuildParts = .current) -> SettingCounts {
    var counts = SettingCounts()
    for definition in all where definition.isAdditional == additional {
      switch definition.status {
      case .working: counts.working += 1
      case .accepted: counts.accepted += 1
      case .refused: counts.refused += 1
      case .needs(let part, let otherwise, _):
        if parts.names.contains(part) {
          counts.working += 1
        } else if otherwise == .noEffect {
          counts.accepted += 1
        } else {
          counts.refused += 1
        }
      }
    }
    return counts
  }
}

/// The numbers of settings by status.
package struct SettingCounts: Sendable, Hashable, CustomStringConvertible {
  package var working = 0
  package var accepted = 0
  package var refused = 0

  package var total: Int { working + accepted + refused }
  package var description: String { "\(total) settings: \(working) working, \(accepted) accepted, \(refused) refused" }
}

/// The optional parts of the program that this build has. Package traits with the same names enable them.
package struct BuildParts: Sendable, Hashable {
  package var names: Set<String>

  package init(_ names: Set<String>) { self.names = names }

  package static let current: BuildParts = {
    var names: Set<String> = []
    #if BerkeleyDB
      names.insert("BerkeleyDB")
    #endif
    #if Erlang
      names.insert("Erlang")
    #endif
    #if LDAP
      names.insert("LDAP")
    #endif
    #if LMDB
      names.insert("LMDB")
    #endif
    #if Lua
      names.insert("Lua")
    #endif
    #if MariaDB
      names.insert("MariaDB")
    #endif
    #if OpenDBX
      names.insert("OpenDBX")
    #endif
    #if PostgreSQL
      names.insert("PostgreSQL")
    #endif
    #if SQLite
      names.insert("SQLite")
    #endif
    #if Unbound
      names.insert("Unbound")
    #endif
    #if UnixODBC
      names.insert("UnixODBC")
    #endif
    return BuildParts(names)
  }()
}

/// The edit distance of two names: the number of bytes to insert, delete, replace or swap with their neighbor.
enum EditDistance {
  static func between(_ a: [UInt8], _ b: [UInt8]) -> Int {
    // Only three rows of the table are kept at a time.
    let width = b.count + 1
    var rows = Array(0..<width) + [Int](repeating: 0, count: 2 * width)
    for i in a.indices {
      let (row, previous, beforePrevious) = ((i + 1) % 3 * width, i % 3 * width, (i + 2) % 3 * width)
      rows[row] = i + 1
      for j in b.indices {
        var cost = min(rows[previous + j] + (a[i] == b[j] ? 0 : 1), rows[previous + j + 1] + 1, rows[row + j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[beforePrevious + j - 1] + 1) }
        rows[row + j + 1] = cost
      }
    }
    return rows[a.count % 3 * width + b.count]
  }
}
