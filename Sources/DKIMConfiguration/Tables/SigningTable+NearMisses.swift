package import DKIMCore

extension SigningTable {
  /// A row that does not apply to a sender, although its author may have expected that it does.
  package struct NearMiss: Sendable, Hashable {
    /// Why the row does not apply. `write` is the lookup key that the row would need to apply.
    package enum Reason: Sendable, Hashable {
      /// The row is for another mailbox of the domain.
      case otherUser
      /// The row is for a parent domain, but not for its subdomains.
      case domainAbove(write: String)
      /// The row is for subdomains, but not for the domain itself.
      case onlyBelow(write: String)
      /// The lookup key has a `*`, but the table does not support patterns.
      case noPatternTable(write: String?)
      /// The lookup key is only a domain, but the patterns of this table are matched against `USER@DOMAIN`.
      case noMailbox(write: String)
      /// Only the letter case differs, and the data set is case-sensitive.
      case letterCase
    }

    package let row: DataSetRow
    package let reason: Reason
  }

  /// Returns at most `limit` rows that nearly match a sender, in the order of the table; none if the data set
  /// cannot list its rows.
  package func nearMisses(for sender: MailAddress, limit: Int = 10) async -> [NearMiss] {
    guard let rows = try? await set.allRows() else { return [] }
    let hits = Set(((try? await matches(for: sender, all: true)) ?? []).map(\.row))
    let names = SenderNames(sender)
    var misses: [NearMiss] = []
    for row in rows where misses.count < limit {
      let key = TextBytes.folded(row.key)
      guard let reason = set.matchesPatterns ? names.patternMiss(key) : names.plainMiss(key), !hits.contains(row) else {
        continue
      }
      if reason == .letterCase, hits.contains(where: { TextBytes.equalIgnoringCase($0.key, key) }) { continue }
      misses.append(NearMiss(row: row, reason: reason))
    }
    return misses
  }
}

extension SigningTable.NearMiss: CustomStringConvertible {
  package var description: String {
    "\(row.location.map { "\($0): " } ?? "")\(PrintableText.quoted(row.key)) \(reason)"
  }
}

extension SigningTable.NearMiss.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .otherUser: "is for another mailbox of this domain"
    case .domainAbove(let write): "matches only that domain; to match its subdomains, write \"\(write)\""
    case .onlyBelow(let write): "matches only subdomains; to match the domain itself, write \"\(write)\""
    case .noPatternTable(let write):
      "has a *, which works only in refile: tables" + (write.map { "; here, write \"\($0)\" instead" } ?? "")
    case .noMailbox(let write): "has no mailbox, but patterns are matched against USER@DOMAIN; write \"\(write)\""
    case .letterCase: "differs in letter case, and this table is case-sensitive"
    }
  }
}

/// A sender in lower case, for comparison with rows.
private struct SenderNames {
  let user: String
  let domain: String
  /// The parent domains: `example.com` and `com` for `sub.example.com`.
  let above: [String]

  init(_ sender: MailAddress) {
    user = TextBytes.folded(sender.localPart)
    domain = sender.domain.asciiForm
    above = SenderSpelling.parents(domain).map { String($0.dropFirst()) }
  }

  /// Returns why a row of a table without patterns does not apply; `nil` if it is not a near miss.
  func plainMiss(_ key: String) -> SigningTable.NearMiss.Reason? {
    if let (user, host) = split(key) {
      if user == "*",
        host == domain || host == "*." + domain || above.contains(where: { host == "*." + $0 })
      {
        return .noPatternTable(write: SigningTable.withoutStar(key))
      }
      if host == domain { return user == self.user ? .letterCase : .otherUser }
      if user == self.user, above.contains(host) { return .domainAbove(write: "\(user)@.\(host)") }
      return nil
    }
    if key == domain { return .letterCase }
    if key == "." + domain { return .onlyBelow(write: domain) }
    return above.contains(key) && key.contains(".") ? .domainAbove(write: "." + key) : nil
  }

  /// Returns why a row of a table of patterns does not apply; `nil` if it is not a near miss.
  func patternMiss(_ key: String) -> SigningTable.NearMiss.Reason? {
    guard let (user, host) = split(key) else {
      if key == domain || key == "." + domain { return .noMailbox(write: "*@" + domain) }
      let name = key.hasPrefix(".") ? String(key.dropFirst()) : key
      return above.contains(name) && name.contains(".") ? .noMailbox(write: "*@*." + name) : nil
    }
    if host == domain { return user == self.user ? .letterCase : .otherUser }
    if host == "*." + domain { return .onlyBelow(write: "\(user)@\(domain)") }
    guard user == "*" || user == self.user, above.contains(host), host.contains(".") else { return nil }
    return .domainAbove(write: "\(user)@*.\(host)")
  }

  /// Splits a lookup key at the last `@`.
  private func split(_ key: String) -> (user: String, host: String)? {
    guard let at = key.lastIndex(of: "@") else { return nil }
    return (String(key[..<at]), String(key[key.index(after: at)...]))
  }
}
