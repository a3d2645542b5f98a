import DKIMConfiguration
import DKIMCore

/// A key of a configuration: a row of the KeyTable, or the combination of Domain, Selector and KeyFile.
struct NamedKey: Sendable {
  enum Content: Sendable {
    case key(Published)
    /// The key has no fixed domain, so there is no single record to check.
    case skipped(Skip)
    /// The row is invalid; the text says why.
    case corrupt(String)
  }

  enum Skip: String, Sendable {
    case dependsOnSender = "its domain is %, the domain of the sender"
    case anyDomain = "its domain is a pattern"
  }

  /// The location of a private key, and of the record that belongs to it.
  struct Published: Sendable {
    let domain: DomainName
    let selector: Selector
    let location: KeyLocation
    /// The fourth field of the row in the KeyTable, if there is one.
    let algorithm: KeyType?
  }

  let name: String
  let location: FileLocation?
  let content: Content
}

extension NamedKey {
  /// Returns the rows of a KeyTable in order.
  ///
  /// - Parameter base: `BaseDirectory`.
  static func rows(of set: any DataSet, base: String?) async throws -> [NamedKey] {
    do throws(DataSetError) {
      return try await KeyTable(set, baseDirectory: base).rows().map { row in
        let content: Content =
          switch row.content {
          case .entry(let entry):
            .key(
              Published(
                domain: entry.domain, selector: entry.selector, location: entry.key, algorithm: entry.algorithm))
          case .dependsOnSender: .skipped(.dependsOnSender)
          case .corrupt(let why): .corrupt(why)
          }
        return NamedKey(name: row.name, location: row.location, content: content)
      }
    } catch {
      throw error.failure(of: set)
    }
  }

  /// Returns the keys of a configuration: those of its KeyTable, or else one for each domain in Domain.
  static func all(of settings: ToolSettings) async throws -> [NamedKey] {
    if settings.settings.has(Setting.keyTable) {
      return try await rows(
        of: try await settings.set(Setting.keyTable), base: settings.settings[Setting.baseDirectory])
    }
    guard settings.settings.has(Setting.domain), let selector = settings.settings[Setting.selector],
      let file = settings.keyFile
    else {
      throw CommandFailure(
        .configuration,
        "\(settings.path ?? "the configuration") has neither a KeyTable nor all of Domain, Selector and KeyFile")
    }
    let set = try await settings.set(Setting.domain)
    do throws(DataSetError) {
      return try await set.allRows().map { row in single(row, selector, file) }
    } catch {
      throw error.failure(of: set)
    }
  }

  /// Returns the only name in Domain; `nil` if the setting is missing.
  ///
  /// - Throws: `CommandFailure` if Domain is not a single name.
  static func onlyDomain(of settings: ToolSettings) async throws -> String? {
    guard settings.settings.has(Setting.domain) else { return nil }
    let set = try await settings.set(Setting.domain)
    let names: [String]
    do throws(DataSetError) {
      names = try await set.allRows(limit: 2).map(\.key)
    } catch {
      throw error.failure(of: set)
    }
    guard let name = names.first, names.count == 1, !name.contains("*") else {
      throw CommandFailure(.configuration, "Domain in the configuration is not a single name; give one with -d")
    }
    return name
  }

  private static func single(_ row: DataSetRow, _ selector: String, _ file: String) -> NamedKey {
    let content: Content
    if row.key.contains("*") {
      content = .skipped(.anyDomain)
    } else {
      do {
        content = .key(
          Published(
            domain: try DomainName(row.key), selector: try Selector(selector), location: .file(file), algorithm: nil))
      } catch {
        content = .corrupt("the domain or the selector \(error)")
      }
    }
    return NamedKey(name: row.key, location: row.location, content: content)
  }
}

extension ToolSettings {
  /// The path in `KeyFile`. A relative path is resolved from `BaseDirectory`.
  var keyFile: String? {
    settings.path(Setting.keyFile)
  }
}
