public import DKIMCore

/// A set that is asked whether something is in it: domains, recipients.
public struct MembershipList: Sendable {
  let set: any DataSet

  public init(_ set: any DataSet) {
    self.set = set
  }

  /// The row whose key is `name` exactly, whatever the case.
  public func row(for name: String) async throws(DataSetError) -> DataSetRow? {
    try await set.rows(for: name, all: false).first
  }

  /// The row for an address by the look-up order of `BodyLengthDB`: `user@dom`, `*@dom`, `user@.sup`, `*@.sup`, …,
  /// `user@*`, `*`.
  public func row(for address: MailAddress) async throws(DataSetError) -> DataSetRow? {
    for key in Self.keys(for: address) {
      if let row = try await row(for: key) { return row }
    }
    return nil
  }

  /// A row of `Domain`, and the domain that signs by it.
  public struct DomainMatch: Sendable, Hashable {
    public let row: DataSetRow
    /// The domain asked for, or with `SubDomains` the one above it that the row names.
    public let domain: DomainName

    public init(row: DataSetRow, domain: DomainName) {
      self.row = row
      self.domain = domain
    }
  }

  /// The row of `Domain` for a sender: the domain, `*`, then with `SubDomains` every domain above it.
  public func domainMatch(
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

  /// Rows that are there twice.
  public func problems() async -> [ConfigurationProblem] { await set.problems() }

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

/// How an address may stand in a table.
enum SenderSpelling {
  /// The domain as it was written and, where that is not ASCII, with A-labels.
  static func domains(_ domain: DomainName) -> [String] {
    domain.text.utf8.allSatisfy { $0 < 0x80 } ? [domain.text] : [domain.text, domain.aLabel]
  }

  /// `.example.com` and `.com` for `sub.example.com`.
  static func parents(_ domain: String) -> [String] {
    TextOctets.fromDots(domain)
  }
}
