internal import DKIMCore
internal import SystemSupport

/// Loads the actions on messages, and the rules for header fields that are added and removed.
extension ConfigurationDraft {
  mutating func loadActions() {
    if let all = settings.entry(Setting.onDefault)?.value {
      for row in SettingTable.rows where row.definition.kind == .action && !settings.has(row) {
        row.store(all, in: &configuration)
      }
    }
    configuration.actions.redirectFailuresTo = address(Setting.redirectFailuresTo)
    loadOpenDKIMCompatibility()
  }

  /// Reads an address, which may have angle brackets.
  private mutating func address(_ setting: SettingKey<String?>) -> MailAddress? {
    guard let text = settings[setting] else { return nil }
    do throws(MailAddressError) {
      return try MailAddress(text)
    } catch {
      report(
        about: setting, "\(setting.name) \(PrintableText.quoted(text)): \(error)",
        fix: "write an address such as postmaster@example.com")
      return nil
    }
  }

  private mutating func loadOpenDKIMCompatibility() {
    for word in words(Setting.openDKIMCompatibility) {
      if let behavior = OpenDKIMCompatibility(rawValue: word.lowercased()) {
        configuration.openDKIMCompatibility.insert(behavior)
      } else {
        report(
          about: Setting.openDKIMCompatibility,
          "OpenDKIMCompatibility: unknown word \(PrintableText.quoted(word)), expected: "
            + OpenDKIMCompatibility.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
  }

  /// Returns the words of a list, separated by commas, spaces or tabs.
  func words(_ setting: SettingKey<String?>) -> [String] {
    (settings[setting] ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }.map { String($0) }
  }

  mutating func loadResults() async {
    var results = configuration.results
    results.authservID = settings[Setting.authservID]
    if let quoted = results.authservID, quoted.utf8.count > 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") {
      results.authservID = String(quoted.unicodeScalars.dropFirst().dropLast())
      results.quotesAuthservID = true
    }
    if results.authservID == "HOSTNAME" { results.authservID = HostName.own }
    results.removeARFrom = await names(Setting.removeARFrom) ?? []
    if settings[Setting.xHeader] {
      results.softwareHeader = true
      report(
        .warning, about: Setting.xHeader, "X-Header is an old name of SoftwareHeader", fix: "write SoftwareHeader yes")
    }
    configuration.results = results
  }
}
