/// A message that is being verified: the header is complete, the body arrives in chunks, the keys in any order.
///
/// The session does no I/O: ``pendingQueries`` lists all required queries before the body arrives, and
/// ``supply(_:for:)`` takes the responses. A query without a response at the end is a temporary error.
public struct VerificationSession: ~Copyable, Sendable {
  private let header: MessageHeader
  private let policy: VerificationPolicy
  private let requirements: [SignatureRequirement]
  private let time: Timestamp
  private let records: KeyRecordCache
  /// The amount of hashed data to keep for the results; `nil` keeps none.
  private let keeping: CanonicalizedData.Limits?
  private var candidates: [SignatureCandidate] = []
  private var hashers: [BodyHasher] = []
  private var defectFinder = MessageDefectFinder()
  private var queries: [KeyQuery] = []
  private var answers: [KeyAnswer?] = []

  init(
    _ header: MessageHeader, policy: VerificationPolicy, requirements: [SignatureRequirement], time: Timestamp,
    records: KeyRecordCache, preferred: Set<Int> = [], ignored: Set<Int> = [], parsed: [Int: ParsedSignature] = [:],
    keeping: CanonicalizedData.Limits? = nil
  ) {
    self.header = header
    self.policy = policy
    self.requirements = requirements
    self.time = time
    self.records = records
    self.keeping = keeping
    let positions = header.positions(of: .dkimSignature).filter { !ignored.contains($0) }
    var room = max(policy.maximumSignatures, 0)
    var reserved = min(positions.count { preferred.contains($0) }, room)
    for position in positions {
      let isPreferred = preferred.contains(position)
      let isEvaluated = room > (isPreferred ? 0 : reserved)
      if isEvaluated { room -= 1 }
      if isEvaluated, isPreferred { reserved -= 1 }
      add(
        SignatureCandidate(position, in: header, parsed: parsed[position], isEvaluated: isEvaluated, policy: policy))
    }
  }

  /// The queries for keys that are required but not yet supplied, without duplicates.
  public var pendingQueries: [KeyQuery] {
    queries.indices.filter { answers[$0] == nil }.map { queries[$0] }
  }

  /// Supplies the response to one of ``pendingQueries``; a second response to the same query is ignored.
  public mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    guard let i = queries.firstIndex(of: query), answers[i] == nil else { return }
    answers[i] = answer
  }

  /// Supplies the responses to several of ``pendingQueries``, as ``PublicKeySource/answers(to:)`` returns them.
  public mutating func supply(_ answers: [KeyQuery: KeyAnswer]) {
    for (query, answer) in answers { supply(answer, for: query) }
  }

  /// Processes the next part of the body, in chunks of any size.
  public mutating func update(body: Span<UInt8>) -> BodyDemand {
    guard !hashers.isEmpty else { return .enough }
    for hasher in hashers { hasher.update(body) }
    defectFinder.update(body)
    return .more
  }

  /// Evaluates the signatures. Call it when the body is complete and the responses to the queries are supplied.
  public consuming func finish() -> VerificationReport {
    let headerExcess = header.excess
    return VerificationReport(results: results(), headerExcess: headerExcess)
  }

  private consuming func results() -> [VerificationResult] {
    guard !hashers.isEmpty else { return candidates.map(\.settledResult) }
    let defects = SignatureEvaluator.Defects(header, body: defectFinder.finish())
    let bodies = hashers.map { $0.finish() }
    let index = FieldIndex(header)
    return candidates.map { candidate in
      guard case .evaluating(let signature, let query, let hasher) = candidate.state else {
        return candidate.settledResult
      }
      let evaluator = SignatureEvaluator(
        position: candidate.position, signature: signature, header: header, policy: policy,
        requirements: requirements, time: time, defects: defects, keeping: keeping)
      let keys = KeySelection(answers[query], for: signature, policy: policy, records: records)
      return evaluator.evaluate(body: bodies[hasher], index: index, keys: keys)
    }
  }

  private mutating func add(_ candidate: SignatureCandidate) {
    var candidate = candidate
    if case .parsed(let signature) = candidate.state {
      candidate.state = .evaluating(signature, query: place(signature.keyQuery), hasher: place(hasherFor: signature))
    }
    candidates.append(candidate)
  }

  private mutating func place(_ query: KeyQuery) -> Int {
    if let known = queries.firstIndex(of: query) { return known }
    queries.append(query)
    answers.append(nil)
    return queries.count - 1
  }

  /// Returns the index of the hasher for a signature; signatures with the same canonicalization and `l=` share one.
  private mutating func place(hasherFor signature: DKIMSignature) -> Int {
    let algorithm = signature.canonicalization.body
    if let known = hashers.firstIndex(where: { $0.algorithm == algorithm && $0.limit == signature.bodyLength }) {
      return known
    }
    hashers.append(BodyHasher(algorithm, limit: signature.bodyLength, keeping: keeping?.body))
    return hashers.count - 1
  }
}

/// Whether more of the body is needed.
public enum BodyDemand: Sendable, Hashable {
  /// The rest of the body is needed.
  case more
  /// The rest of the body cannot change a result and does not have to be supplied.
  case enough
}

/// A DKIM-Signature field that is being evaluated.
struct SignatureCandidate: Sendable {
  enum State: Sendable {
    case parsed(DKIMSignature)
    case evaluating(DKIMSignature, query: Int, hasher: Int)
    case settled(VerificationOutcome, SignatureTags)
  }

  let position: Int
  var state: State

  /// Checks the limits before any other work is done.
  /// - Parameter parsed: the field, if the caller has parsed it.
  init(
    _ position: Int, in header: MessageHeader, parsed: ParsedSignature?, isEvaluated: Bool, policy: VerificationPolicy
  ) {
    self.position = position
    guard isEvaluated else {
      state = .settled(.unacceptable(.tooManySignatures(limit: policy.maximumSignatures)), SignatureTags())
      return
    }
    if let excess = header.excess {
      state = .settled(.unacceptable(.header(excess)), SignatureTags(damaged: header.value(of: position)))
      return
    }
    switch parsed ?? ParsedSignature(position, in: header, policy) {
    case .valid(let signature): state = .parsed(signature)
    case .invalid(.tooManyHeaderNames(let limit), let tags):
      state = .settled(.unacceptable(.tooManyHeaderNames(limit: limit)), tags)
    case .invalid(let error, let tags): state = .settled(.permanentFailure(.signatureField(error)), tags)
    }
  }

  /// The result of a field that was not evaluated.
  var settledResult: VerificationResult {
    guard case .settled(let outcome, let tags) = state else {
      preconditionFailure("a parsed field was not evaluated")
    }
    return VerificationResult(
      position: position, outcome: outcome, remarks: [], field: .unparsed(tags), bodyHash: .notChecked,
      headerHash: .notChecked, body: nil, header: nil, key: nil, canonicalized: nil)
  }
}
