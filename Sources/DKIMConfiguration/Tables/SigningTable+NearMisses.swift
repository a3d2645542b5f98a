public import DKIMCore

extension SigningTable {
  /// A row that does not apply to a sender, though somebody may think so.
  public struct NearMiss: Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
      /// The row is for another mailbox of the domain.
      case otherUser
      /// The row is for a domain above, and for that domain alone; `write` applies below it too.
      case domainAbove(write: String)
      /// The row is for what is below the domain, not for the domain itself.
      case onlyBelow(write: String)
      /// `*` in a table without patterns.
      case noPatternTable(write: String?)
      /// A domain alone in a table of patterns, which are held against `USER@DOMAIN`.
      case noMailbox(write: String)
      /// Only the letter case differs, and the data set minds.
      case letterCase
    }

    public let row: DataSetRow
    public let reason: Reason
  }

  /// Rows that nearly applied to a sender, in order, at most `limit` of them; none where the set cannot list its rows.
  public func nearMisses(for sender: MailAddress, limit: Int = 10) async -> [NearMiss] {
    guard let rows = try? await set.allRows() else { return [] }
    let hits = Set(((try? await matches(for: sender, all: true)) ?? []).map(\.row))
    let names = SenderNames(sender)
    var misses: [NearMiss] = []
    for row in rows where misses.count < limit {
      let key = TextOctets.folded(row.key)
      guard let reason = set.matchesPatterns ? names.patternMiss(key) : names.plainMiss(key), !hits.contains(row) else {
        continue
      }
      if reason == .letterCase, hits.contains(where: { TextOctets.equalIgnoringCase($0.key, key) }) { continue }
      misses.append(NearMiss(row: row, reason: reason))
    }
    return misses
  }
}

extension SigningTable.NearMiss: CustomStringConvertible {
  public var description: String {
    "\(row.place.map { "\($0): " } ?? "")\"\(TextOctets.shown(row.key))\" \(reason)"
  }
}

extension SigningTable.NearMiss.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .otherUser: "is for another mailbox of this domain"
    case .domainAbove(let write): "is for that domain alone; \"\(write)\" is for every domain below it"
    case .onlyBelow(let write): "is for what is below that domain; \"\(write)\" is for the domain itself"
    case .noPatternTable(let write):
      "has a *, which only refile: tables understand" + (write.map { "; here \"\($0)\" says the same" } ?? "")
    case .noMailbox(let write): "has no mailbox, and patterns are held against USER@DOMAIN; write \"\(write)\""
    case .letterCase: "differs in letter case, which counts in this table"
    }
  }
}

/// A sender in lower case, to hold rows against.
private struct SenderNames {
  let user: String
  let domain: String
  /// `example.com` and `com` for `sub.example.com`.
  let above: [String]

  init(_ sender: MailAddress) {
    user = TextOctets.folded(sender.localPart)
    domain = sender.domain.aLabel
    above = SenderSpelling.parents(domain).map { String($0.dropFirst()) }
  }

  func plainMiss(_ key: String) -> SigningTable.NearMiss.Reason? {
    if let (name, place) = split(key) {
      if name == "*", place == domain || place == "*." + domain || above.contains(where: { place == "*." + $0 }) {
        return .noPatternTable(write: SigningTable.withoutStar(key))
      }
      if place == domain { return name == user ? .letterCase : .otherUser }
      if name == user, above.contains(place) { return .domainAbove(write: "\(user)@.\(place)") }
      return nil
    }
    if key == domain { return .letterCase }
    if key == "." + domain { return .onlyBelow(write: domain) }
    return above.contains(key) && key.contains(".") ? .domainAbove(write: "." + key) : nil
  }

  func patternMiss(_ key: String) -> SigningTable.NearMiss.Reason? {
    guard let (name, place) = split(key) else {
      if key == domain || key == "." + domain { return .noMailbox(write: "*@" + domain) }
      let name = key.hasPrefix(".") ? String(key.dropFirst()) : key
      return above.contains(name) && name.contains(".") ? .noMailbox(write: "*@*." + name) : nil
    }
    if place == domain { return name == user ? .letterCase : .otherUser }
    if place == "*." + domain { return .onlyBelow(write: "\(name)@\(domain)") }
    guard name == "*" || name == user, above.contains(place), place.contains(".") else { return nil }
    return .domainAbove(write: "\(name)@*.\(place)")
  }

  private func split(_ key: String) -> (name: String, place: String)? {
    guard let at = key.lastIndex(of: "@") else { return nil }
    return (String(key[..<at]), String(key[key.index(after: at)...]))
  }
}
