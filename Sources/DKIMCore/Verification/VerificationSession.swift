/// One message being verified: the header at once, the body in pieces, the keys in any order.
///
/// The session does no I/O: ``pendingQueries`` says what to ask, all of it before the body arrives, and
/// ``supply(_:for:)`` takes the answers. Whatever was not answered by the end is a temporary error.
public struct VerificationSession: ~Copyable, Sendable {
  private let header: MessageHeader
  private let policy: VerificationPolicy
  private let time: Timestamp
  private let records: KeyRecordCache
  /// How much of what is hashed is kept for the results; nothing where it is `nil`.
  private let keeping: CanonicalizedData.Limits?
  private var candidates: [SignatureCandidate] = []
  private var hashers: [BodyHasher] = []
  private var faults = MessageFaultFinder()
  private var queries: [KeyQuery] = []
  private var answers: [KeyAnswer?] = []

  init(
    _ header: MessageHeader, policy: VerificationPolicy, time: Timestamp, records: KeyRecordCache,
    preferred: Set<Int> = [], keeping: CanonicalizedData.Limits? = nil
  ) {
    self.header = header
    self.policy = policy
    self.time = time
    self.records = records
    self.keeping = keeping
    let positions = header.positions(of: .dkimSignature)
    var room = max(policy.maximumSignatures, 0)
    var reserved = min(positions.count { preferred.contains($0) }, room)
    for position in positions {
      let isPreferred = preferred.contains(position)
      let isEvaluated = room > (isPreferred ? 0 : reserved)
      if isEvaluated { room -= 1 }
      if isEvaluated, isPreferred { reserved -= 1 }
      add(SignatureCandidate(position, in: header, isEvaluated: isEvaluated, policy: policy))
    }
  }

  /// The keys that are wanted and not yet supplied, each once.
  public var pendingQueries: [KeyQuery] {
    queries.indices.filter { answers[$0] == nil }.map { queries[$0] }
  }

  /// True where the message has no DKIM-Signature field at all; false where there is none before ``headerExcess``.
  public var isUnsigned: Bool { candidates.isEmpty && headerExcess == nil }

  /// Set where the header was larger than its limits: signatures behind them were not seen, and nobody can say that
  /// the message was not signed.
  public var headerExcess: MessageHeader.Excess? { header.excess }

  /// Takes the answer to one of ``pendingQueries``; a second answer to the same question is ignored.
  public mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    guard let i = queries.firstIndex(of: query), answers[i] == nil else { return }
    answers[i] = answer
  }

  /// Takes the next octets of the body, in pieces of any size.
  public mutating func update(body: Span<UInt8>) -> BodyDemand {
    guard !hashers.isEmpty else { return .enough }
    for hasher in hashers { hasher.update(body) }
    faults.update(body)
    return .more
  }

  /// One result for every DKIM-Signature field before ``headerExcess``, from the top of the message down.
  public consuming func finish() -> [VerificationResult] {
    guard !hashers.isEmpty else { return candidates.map(\.settledResult) }
    let faults = SignatureJudge.Faults(header, body: faults.finish())
    let bodies = hashers.map { $0.finish() }
    let index = FieldIndex(header)
    return candidates.map { candidate in
      guard case .evaluating(let signature, let query, let hasher) = candidate.state else {
        return candidate.settledResult
      }
      let judge = SignatureJudge(
        position: candidate.position, signature: signature, header: header, policy: policy, time: time,
        faults: faults, keeping: keeping)
      let keys = KeySelection(answers[query], for: signature, policy: policy, records: records)
      return judge.judge(body: bodies[hasher], index: index, keys: keys)
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

  /// Signatures with the same canonicalization and `l=` share a hash.
  private mutating func place(hasherFor signature: DKIMSignature) -> Int {
    let algorithm = signature.canonicalization.body
    if let known = hashers.firstIndex(where: { $0.algorithm == algorithm && $0.limit == signature.bodyLength }) {
      return known
    }
    hashers.append(BodyHasher(algorithm, limit: signature.bodyLength, keeping: keeping?.body))
    return hashers.count - 1
  }
}

/// Whether more of a body is wanted.
public enum BodyDemand: Sendable, Hashable {
  case more
  /// Nothing that follows can change a result; it need not be fed.
  case enough
}

/// A DKIM-Signature field on its way to a result.
struct SignatureCandidate: Sendable {
  enum State: Sendable {
    case parsed(DKIMSignature)
    case evaluating(DKIMSignature, query: Int, hasher: Int)
    case settled(VerificationOutcome, SignatureTags)
  }

  let position: Int
  var state: State

  /// Limits come first, before any work is done.
  init(_ position: Int, in header: MessageHeader, isEvaluated: Bool, policy: VerificationPolicy) {
    self.position = position
    guard isEvaluated else {
      state = .settled(.unacceptable(.tooManySignatures(limit: policy.maximumSignatures)), SignatureTags())
      return
    }
    let value = header.value(of: position)
    if let excess = header.excess {
      state = .settled(.unacceptable(.header(excess)), SignatureTags(damaged: value))
      return
    }
    do {
      state = .parsed(try DKIMSignature(value: value, maximumHeaderNames: policy.maximumHeaderNames))
    } catch .tooManyHeaderNames(let limit) {
      state = .settled(.unacceptable(.tooManyHeaderNames(limit: limit)), SignatureTags(damaged: value))
    } catch {
      state = .settled(.permanentFailure(.signatureField(error)), SignatureTags(damaged: value))
    }
  }

  /// The result of a field that did not come to be evaluated.
  var settledResult: VerificationResult {
    guard case .settled(let outcome, let tags) = state else {
      preconditionFailure("every field that was parsed is evaluated")
    }
    return VerificationResult(
      position: position, outcome: outcome, remarks: [], signature: nil, damagedTags: tags, bodyHash: .notChecked,
      headerHash: .notChecked, body: nil, header: nil, key: nil, canonicalized: nil)
  }
}
