import DKIMCore

/// The check whether the author's domain authorizes third parties whose signatures passed: `dkim-atps`.
/// // RFC 6541 §4.3
struct AuthorizationCheck: Sendable {
  /// The maximum number of signers looked up for a message, each under at most two names.
  static let maximumLookups = 5

  /// A signer that states that it signs on behalf of the author's domain.
  private struct Claim: Sendable {
    let signer: DomainName
    /// `nil` if the tags do not lead to a DNS name.
    let lookup: ATPSLookup?
    /// The number of queries made so far.
    var queryCount = 0
    /// What the response to the last of them means.
    var answer: ATPSLookup.Answer?

    var needsQuery: Bool {
      guard let lookup, queryCount < lookup.queries.count else { return false }
      return queryCount == 0 || answer == .notAuthorized
    }
  }

  /// The first address in From; `nil` if it cannot be read.
  private let author: MailAddress?
  private var claims: [Claim] = []

  /// Returns `nil` if no signature of a third party with `atps=` passed.
  init?(_ signatures: [EvaluatedSignature], _ header: MessageHeader) {
    var tagged: [(signer: DomainName, tags: ATPSTags)] = []
    for signature in signatures where signature.isAccepted {
      guard let parsed = signature.result.signature, let tags = parsed.atps, tags.author != parsed.domain else {
        continue
      }
      tagged.append((parsed.domain, tags))
    }
    guard !tagged.isEmpty else { return nil }
    author = header.positions(of: .from).first.flatMap { try? MailAddress(firstOf: header.value(of: $0).span) }
    for (signer, tags) in tagged where tags.author == author?.domain && claims.count < Self.maximumLookups {
      claims.append(Claim(signer: signer, lookup: ATPSLookup(signer: signer, tags: tags)))
    }
  }

  /// Returns the next queries. After an authorization there are none. // RFC 6541 §4.4
  mutating func nextQueries() -> [KeyQuery] {
    guard authorized == nil else { return [] }
    var queries: [KeyQuery] = []
    for i in claims.indices where claims[i].needsQuery {
      guard let query = claims[i].lookup?.queries[claims[i].queryCount] else { continue }
      claims[i].queryCount += 1
      claims[i].answer = nil
      if !queries.contains(query) { queries.append(query) }
    }
    return queries
  }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    for i in claims.indices where claims[i].queryCount > 0 {
      guard let lookup = claims[i].lookup, lookup.queries[claims[i].queryCount - 1] == query else { continue }
      claims[i].answer = lookup.meaning(of: answer)
    }
  }

  private var authorized: Claim? { claims.first { $0.answer == .authorized } }

  /// The result code, and the reason for it. // RFC 6541 §8.3
  private var outcome: (code: DKIMResultCode, reason: String?) {
    let domain = author?.domain.asciiForm ?? ""
    if authorized != nil { return (.pass, nil) }
    guard !claims.isEmpty else { return (.fail, "atps= does not name the domain of the author") }
    if let claim = claims.first(where: { $0.lookup != nil && $0.answer != .notAuthorized }) {
      return (.temperror, "the lookup of the authorization of \(claim.signer.asciiForm) failed")
    }
    if let claim = claims.first(where: { $0.lookup == nil }) {
      return (.permerror, "no DNS name can be made from d=\(claim.signer.asciiForm) and atpsh=")
    }
    return (.fail, "\(domain) does not authorize \(claims.map(\.signer.asciiForm).joined(separator: ", "))")
  }

  var result: MethodResult {
    let (code, reason) = outcome
    let from = author.map { MethodResult.Property(type: .header, name: .from, value: $0.description) }
    return MethodResult(
      method: .dkimATPS, result: AuthenticationKeyword(code), reason: reason, properties: from.map { [$0] } ?? [])
  }

  var step: Explanation.Step {
    let (code, reason) = outcome
    let text = authorized.map { "\(author?.domain.asciiForm ?? "") authorizes \($0.signer.asciiForm)" } ?? reason ?? ""
    return .init(
      code == .pass ? .applied : code == .fail ? .notApplied : .failure, "dkim-atps: \(code.rawValue), \(text)")
  }
}
