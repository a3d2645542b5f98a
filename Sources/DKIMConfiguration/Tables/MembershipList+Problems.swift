internal import DKIMCore

extension MembershipList {
  /// What the rows of a list are held against.
  enum Member: Sendable {
    /// Domains that sign; `*` is each.
    case signer
    case domain
    case recipient
    case word
  }

  /// Rows of literal lists that nothing ever matches, in the list of a setting.
  static func problems(
    of rows: [DataSetRow], _ setting: String, _ member: Member, at place: SourcePlace?
  ) -> [ConfigurationProblem] {
    rows.compactMap { row in
      guard let (found, fix) = problem(of: row.key, member) else { return nil }
      // Nothing would be signed.
      let severity: ConfigurationProblem.Severity = if case .signer = member { .error } else { .warning }
      return ConfigurationProblem(
        severity, at: row.place ?? place, "\(setting): \(SettingText.shown(row.key)) \(found)", fix: fix)
    }
  }

  private static func problem(of key: String, _ member: Member) -> (found: String, fix: String)? {
    if key.utf8.contains(where: TextOctets.isBlank) {
      return ("matches nothing: it holds a blank", "separate entries with commas")
    }
    switch member {
    case .signer where key == "*", .word: return nil
    case .signer:
      return domainProblem(key, "write the domain alone, and SubDomains yes for those below it")
    case .domain: return domainProblem(key, "write each domain by its name, or use refile: with patterns")
    case .recipient:
      if TextOctets.contains(key, "*") {
        return ("matches nobody: * has no meaning here", "write each address, or use refile: with patterns")
      }
      return TextOctets.contains(key, "@") ? nil : ("matches nobody: it is no address", "write user@example.com")
    }
  }

  private static func domainProblem(_ key: String, _ fix: String) -> (found: String, fix: String)? {
    do throws(DomainNameError) {
      _ = try DomainName(key)
      return nil
    } catch {
      return ("matches nothing: as a domain it \(error)", fix)
    }
  }
}
