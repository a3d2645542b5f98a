/// The search for the record with which an author's domain authorizes a third party to sign. // RFC 6541 §4.3, §4.4
package struct ATPSLookup: Sendable, Hashable {
  /// What the records at one name state.
  package enum Answer: Sendable, Hashable {
    case authorized
    case notAuthorized
    case failed(KeyLookupFailure)
  }

  /// `d=` of the signature.
  package let signer: DomainName
  /// The queries, in the order in which to make them: the name without padding, then OpenDKIM's, which has `=` at the
  /// end of the hash. There is only the first if the hash needs no padding, or if the name contains no hash.
  package let queries: [KeyQuery]

  /// Creates the lookup for a signature that passed. Returns `nil` if the hash is unknown or the name is too long.
  package init?(signer: DomainName, tags: ATPSTags) {
    guard let hash = tags.hash else { return nil }
    let label = SignerLabel.label(of: signer.asciiForm, hash: hash)
    var labels = [label]
    let padded = hash == .none ? label : SignerLabel.padded(label)
    if padded != label { labels.append(padded) }
    queries = labels.compactMap { KeyQuery("\($0)._atps", below: tags.author) }
    guard queries.count == labels.count else { return nil }
    self.signer = signer
  }

  /// Returns what the response to one of ``queries`` means.
  package func meaning(of answer: KeyAnswer) -> Answer {
    switch answer {
    case .failure(let failure): .failed(failure)
    case .noSuchName, .noData: .notAuthorized
    case .records(let records, _):
      records.prefix(Self.maximumRecords).contains(where: authorizes) ? .authorized : .notAuthorized
    }
  }

  /// The maximum number of records to examine in a response.
  private static let maximumRecords = 20
  /// The maximum length of a record in bytes: more than twice that of the longest domain.
  private static let maximumLength = 1024

  /// Returns true if the record is `v=ATPS1` and, if it names a domain, names the signer. // RFC 6541 §4.4
  private func authorizes(_ record: [UInt8]) -> Bool {
    guard record.count <= Self.maximumLength, let tags = try? TagList(record.span),
      let version = tags.tag("v", in: record.span), record[version.value].elementsEqual("ATPS1".utf8)
    else { return false }
    // Another domain here means that the hashes of two domains collide.
    guard let domain = tags.tag("d", in: record.span), !domain.value.isEmpty else { return true }
    return (try? DomainName(record.span.extracting(domain.value))) == signer
  }
}
