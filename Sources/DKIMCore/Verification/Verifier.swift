/// Verifies messages.
///
///     let verifier = Verifier(keys: source)
///     for result in await verifier.verify(message, at: now) {
///       print(result.word, result.tags.domain ?? "-", result.reason)
///     }
///
/// Keep one and use it for all messages: it remembers keys that it has read.
public struct Verifier: Sendable {
  private let keys: any PublicKeySource
  private let policy: VerificationPolicy
  private let records = KeyRecordCache()

  /// - Parameters:
  ///   - keys: where key records come from.
  ///   - policy: limits, and what of the truth is accepted.
  public init(keys: any PublicKeySource, policy: VerificationPolicy = .standard) {
    self.keys = keys
    self.policy = policy
  }

  /// Begins with a message whose header is there. The caller asks for the keys. // RFC 6376 §6.1
  /// - Parameters:
  ///   - time: the moment that `t=` and `x=` are held against.
  ///   - preferred: positions of DKIM-Signature fields that are evaluated before all others where the policy does
  ///     not allow for all of them. Results keep the order of the message.
  public func begin(
    _ header: consuming MessageHeader, at time: Timestamp, preferring preferred: Set<Int> = []
  ) -> VerificationSession {
    VerificationSession(header, policy: policy, time: time, records: records, preferred: preferred)
  }

  /// Begins like ``begin(_:at:preferring:)``, and keeps what is hashed for ``VerificationResult/canonicalized``.
  package func begin(
    _ header: consuming MessageHeader, at time: Timestamp, preferring preferred: Set<Int> = [],
    keeping limits: CanonicalizedData.Limits?
  ) -> VerificationSession {
    VerificationSession(header, policy: policy, time: time, records: records, preferred: preferred, keeping: limits)
  }

  /// Verifies a whole message, octet for octet as it was received; lines end with CRLF.
  ///
  /// One result for every DKIM-Signature field, from the top down; none for an unsigned message, and none for fields
  /// behind the limits of the policy: ``VerificationSession/headerExcess`` tells the two apart.
  /// - Parameter time: the moment that `t=` and `x=` are held against.
  public func verify(_ message: [UInt8], at time: Timestamp) async -> [VerificationResult] {
    var bodyStart = 0
    let header = MessageHeader(message: message.span, limits: policy.headerLimits, bodyStart: &bodyStart)
    var session = begin(header, at: time)
    let queries = session.pendingQueries
    async let answers = ask(queries)
    // The body is hashed while the questions are under way.
    _ = session.update(body: message.span.extracting(bodyStart..<message.count))
    for (query, answer) in await answers { session.supply(answer, for: query) }
    return session.finish()
  }

  /// Asks all at once.
  private func ask(_ queries: [KeyQuery]) async -> [(KeyQuery, KeyAnswer)] {
    await withTaskGroup(of: (KeyQuery, KeyAnswer).self) { group in
      for query in queries {
        group.addTask { (query, await keys.answer(query)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
