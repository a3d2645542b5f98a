package import DKIMCore

/// The `SigningTable`: it maps senders to keys.
///
/// A data set with patterns is matched against `user@domain`, row by row. In other sets the lookup keys are
/// `user@domain` and `domain`, then for each parent domain, nearest first, `user@.parent` and `.parent`, then `user@*`
/// and `*`.
package struct SigningTable: Sendable {
  let set: any DataSet

  package init(_ set: any DataSet) {
    self.set = set
  }

  /// A row that applies to a sender.
  package struct Match: Sendable, Hashable {
    package let row: DataSetRow
    /// The name to look up in the KeyTable, with `%` replaced by the sender's domain.
    package let keyName: String
    /// The identity (`i=`), with `%` replaced by the sender's domain; `nil` if the row has none. It contains an `@`.
    package let identity: String?
    /// The lookup key under which the row was found, such as `.example.com`.
    package let key: String

    package init(row: DataSetRow, keyName: String, identity: String?, key: String) {
      self.row = row
      self.keyName = keyName
      self.identity = identity
      self.key = key
    }
  }

  /// Returns the rows for a sender: the first one, or with `all` every one, in order, without duplicate keys and
  /// identities.
  ///
  /// - Throws: also if a matching row has no key name, because mail that should be signed must not leave unsigned.
  package func matches(for sender: MailAddress, all: Bool) async throws(DataSetError) -> [Match] {
    var matches: [Match] = []
    for key in Self.keys(for: sender, patterns: set.matchesPatterns) {
      for row in try await set.rows(for: key, all: all) {
        let match = try Self.match(row, key: key, sender: sender)
        if !all { return [match] }
        if !matches.contains(where: { $0.keyName == match.keyName && $0.identity == match.identity }) {
          matches.append(match)
        }
      }
    }
    return matches
  }

  /// The lookup keys for a sender, in order.
  package func keys(for sender: MailAddress) -> [String] { Self.keys(for: sender, patterns: set.matchesPatterns) }

  static func keys(for sender: MailAddress, patterns: Bool) -> [String] {
    let user = sender.localPart
    let domains = SenderSpelling.domains(sender.domain)
    if patterns { return domains.map { "\(user)@\($0)" } }
    var keys: [String] = []
    for domain in domains {
      keys += ["\(user)@\(domain)", domain]
      for parent in SenderSpelling.parents(domain) { keys += ["\(user)@\(parent)", parent] }
    }
    return keys + ["\(user)@*", "*"]
  }

  private static func match(_ row: DataSetRow, key: String, sender: MailAddress) throws(DataSetError) -> Match {
    let fields = row.fields(2)
    guard let first = fields.first ?? nil, !first.isEmpty else {
      let location = row.location.map { "\($0): " } ?? ""
      throw .unusable("\(location)the row \(PrintableText.quoted(row.key)) of the SigningTable has no key name")
    }
    let domain = sender.domain.asciiForm
    var identity: String?
    if fields.count > 1, let signer = fields[1], !signer.isEmpty {
      let text = TextBytes.replacingPercent(signer, with: domain)
      // A signer without a mailbox means every user in that domain.
      identity = TextBytes.contains(text, "@") ? text : "@" + text
    }
    return Match(row: row, keyName: first == "%" ? domain : first, identity: identity, key: key)
  }
}
