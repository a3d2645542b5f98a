package import DKIMCore

/// A data set that is used as a list of members, such as domains or recipients.
package struct MembershipList: Sendable {
  let set: any DataSet

  package init(_ set: any DataSet) {
    self.set = set
  }

  /// Returns the row whose key equals `name`, ignoring letter case.
  package func row(for name: String) async throws(DataSetError) -> DataSetRow? {
    try await set.rows(for: name, all: false).first
  }

  /// Returns the row for an address, in the order of `BodyLengthDB`: `user@dom`, `*@dom`, `user@.sup`, `*@.sup`, …,
  /// `user@*`, `*`.
  package func row(for address: MailAddress) async throws(DataSetError) -> DataSetRow? {
    for key in Self.keys(for: address) {
      if let row = try await row(for: key) { return row }
    }
    return nil
  }

  /// A row of `Domain` that matched, and the domain to sign with.
  package struct DomainMatch: Sendable, Hashable {
    package let row: DataSetRow
    /// The domain that was looked up or, with `SubDomains`, the parent domain that the row names.
    package let domain: DomainName

    package init(row: DataSetRow, domain: DomainName) {
      self.row = row
      self.domain = domain
    }
  }

  /// Looks up a sender's domain in `Domain`: the domain itself, `*`, then with `SubDomains` each parent domain.
  package func domainMatch(
    for domain: DomainName, subDomains: Bool
  ) async throws(DataSetError) -> DomainMatch? {
    for spelling in SenderSpelling.domains(domain) {
      if let row = try await row(for: spelling) { return DomainMatch(row: row, domain: domain) }
    }
    if let row = try await row(for: "*") { return DomainMatch(row: row, domain: domain) }
    guard subDomains else { return nil }
    for spelling in SenderSpelling.domains(domain) {
      for parent in SenderSpelling.parents(spelling) {
        let name = String(parent.dropFirst())
        guard let row = try await row(for: name), let domain = try? DomainName(name) else { continue }
        return DomainMatch(row: row, domain: domain)
      }
    }
    return nil
  }

  /// Returns the problems of the data set, such as duplicates.
  package func problems() async -> [ConfigurationProblem] { await set.problems() }

  private static func keys(for address: MailAddress) -> [String] {
    let user = address.localPart
    var keys: [String] = []
    for domain in SenderSpelling.domains(address.domain) {
      keys += ["\(user)@\(domain)", "*@\(domain)"]
      for parent in SenderSpelling.parents(domain) { keys += ["\(user)@\(parent)", "*@\(parent)"] }
    }
    return keys + ["\(user)@*", "*"]
  }
}

/// The spellings under which a sender's domain is looked up.
enum SenderSpelling {
  /// The domain as it was written and, if that is not ASCII, with A-labels.
  static func domains(_ domain: DomainName) -> [String] {
    domain.text.utf8.allSatisfy { $0 < 0x80 } ? [domain.text] : [domain.text, domain.asciiForm]
  }

  /// The parent domains: `.example.com` and `.com` for `sub.example.com`.
  static func parents(_ domain: String) -> [String] {
    TextBytes.fromDots(domain)
  }
}
