internal import DKIMCore

extension MembershipList {
  /// What the rows of a list are compared with.
  enum Member: Sendable {
    /// Domains that sign; `*` matches every domain.
    case signer
    /// Other domains.
    case domain
    /// Addresses of recipients.
    case recipient
    /// Any text without white space.
    case word
  }

  /// Returns a problem for each row that can never match. The data set must have no patterns.
  static func problems(
    of rows: [DataSetRow], _ setting: String, _ member: Member, at location: FileLocation?
  ) -> [ConfigurationProblem] {
    rows.compactMap { row in
      guard let (found, fix) = problem(of: row.key, member) else { return nil }
      // A bad row in Domain means that no mail is signed.
      let severity: ConfigurationProblem.Severity = if case .signer = member { .error } else { .warning }
      return ConfigurationProblem(
        severity, at: row.location ?? location, "\(setting): \(PrintableText.quoted(row.key)) \(found)", fix: fix)
    }
  }

  private static func problem(of key: String, _ member: Member) -> (found: String, fix: String)? {
    if key.utf8.contains(where: TextBytes.isBlank) {
      return ("never matches: it contains white space", "separate entries with commas")
    }
    switch member {
    case .word: return nil
    case .signer where key == "*": return nil
    case .signer:
      return domainProblem(key, "write only the domain; to include its subdomains, set SubDomains yes")
    case .domain: return domainProblem(key, "list each domain by name, or use refile: with patterns")
    case .recipient:
      if TextBytes.contains(key, "*") {
        return ("never matches: * is not a wildcard here", "list each address, or use refile: with patterns")
      }
      return TextBytes.contains(key, "@")
        ? nil : ("never matches: it is not an address", "write it as user@example.com")
    }
  }

  private static func domainProblem(_ key: String, _ fix: String) -> (found: String, fix: String)? {
    do throws(DomainNameError) {
      _ = try DomainName(key)
      return nil
    } catch {
      return ("never matches: as a domain name it \(error)", fix)
    }
  }
}
