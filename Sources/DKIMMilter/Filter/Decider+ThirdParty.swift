import DKIMConfiguration
import DKIMCore

/// What signatures state about third parties: the author's domain on whose behalf others sign, and certifiers.
extension Decider {
  /// Returns the tags for third-party signatures of mail from a domain in `ATPSDomains`. // RFC 6541 §4.2
  mutating func atpsTags(for author: DomainName) async throws(DecisionFailure) -> ATPSTags? {
    guard let list = configuration.signing.atpsDomains else { return nil }
    let names = author.text == author.asciiForm ? [author.text] : [author.text, author.asciiForm]
    for name in names {
      let row = try await lookUp(Setting.atpsDomains.name) { () throws(DataSetError) in try await list.row(for: name) }
      guard let row else { continue }
      record.append(.message(.delegated(by: author, row)))
      return ATPSTags(author: author, hash: configuration.signing.atpsHash)
    }
    return nil
  }

  /// Returns what VBR changes in the header; `nil` if its settings are not given. // RFC 5518 §2
  mutating func vouching(for author: DomainName, _ requests: [SigningRequest]) -> VouchingChange? {
    let rules = configuration.signing.vouching
    // The field has to name the identity of a signature. // RFC 5518 §7.1
    guard rules.isEnabled, let signature = requests.first(where: { $0.domain == author }) ?? requests.first else {
      return nil
    }
    var change = VouchingChange()
    change.removesFields = rules.purgesFields
    let content = override(VouchingChange.typeFields) { VouchedContent(rawValue: $0.lowercased()) } ?? rules.type
    let certifiers = override(VouchingChange.certifierFields, VouchingRules.certifiers) ?? rules.certifiers
    guard let content, !certifiers.isEmpty else { return change }
    let info = VouchingInfo(
      domain: signature.identity?.domain ?? signature.domain, content: content, certifiers: certifiers)
    if let other = otherContent(than: content) {
      record.append(.message(.vouchingLeftOut(info, existing: other)))
      return change
    }
    record.append(.message(.vouched(info)))
    change.added = info
    return change
  }

  /// Returns the value of the first field with one of the names, if it is valid.
  private mutating func override<Value>(_ names: [HeaderFieldName], _ parse: (String) -> Value?) -> Value? {
    for name in names {
      guard let position = facts.header.positions(of: name).first else { continue }
      if let value = parse(VouchingInfo.trimmed(facts.header.value(of: position)[...])) { return value }
      record.append(.message(.badVouchingField(name.text)))
    }
    return nil
  }

  /// Returns the type in an existing VBR-Info field if it is another one. All such fields must have the same.
  /// // RFC 5518 §4
  private func otherContent(than content: VouchedContent) -> VouchedContent? {
    let positions = VouchingInfo.names.flatMap { facts.header.positions(of: $0) }.prefix(VouchingCheck.maximumFields)
    return positions.lazy.compactMap { VouchingInfo(facts.header.value(of: $0))?.content }.first { $0 != content }
  }
}
