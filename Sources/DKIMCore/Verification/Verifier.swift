/// Verifies messages.
///
///     let verifier = Verifier(keys: source)
///     for result in await verifier.verify(message, at: now) {
///       print(result.word, result.tags.domain ?? "-", result.reason)
///     }
///
/// Use the same verifier for all messages: it caches the keys that it has parsed.
public struct Verifier: Sendable {
  private let keys: any PublicKeySource
  private let policy: VerificationPolicy
  private let records = KeyRecordCache()

  /// Creates a verifier.
  /// - Parameters:
  ///   - keys: the source of key records.
  ///   - policy: limits, and which valid signatures are accepted.
  public init(keys: any PublicKeySource, policy: VerificationPolicy = .standard) {
    self.keys = keys
    self.policy = policy
  }

  /// Starts verifying a message whose header is complete. The caller looks up the keys. // RFC 6376 §6.1
  /// - Parameters:
  ///   - header: the complete header; its limits are those with which it was created, not those of the policy.
  ///   - time: the time with which `t=` and `x=` are compared.
  ///   - preferred: the positions of DKIM-Signature fields to evaluate before all others if the policy does not allow
  ///     evaluating all of them. The order of the results does not change.
  public func begin(
    _ header: consuming MessageHeader, at time: Timestamp, preferring preferred: Set<Int> = []
  ) -> VerificationSession {
    VerificationSession(header, policy: policy, time: time, records: records, preferred: preferred)
  }

  /// Starts verifying like ``begin(_:at:preferring:)``, and keeps the hashed data for
  /// ``VerificationResult/canonicalized``.
  package func begin(
    _ header: consuming MessageHeader, at time: Timestamp, preferring preferred: Set<Int> = [],
    keeping limits: CanonicalizedData.Limits?
  ) -> VerificationSession {
    VerificationSession(header, policy: policy, time: time, records: records, preferred: preferred, keeping: limits)
  }

  /// Verifies a whole message, byte for byte as it was received, with CRLF line endings.
  ///
  /// Returns one result per DKIM-Signature field, top down. There are none for an unsigned message, and none for fields
  /// beyond the header limits of the policy; ``VerificationSession/headerExcess`` distinguishes the two cases.
  /// - Parameter time: the time with which `t=` and `x=` are compared.
  public func verify(_ message: [UInt8], at time: Timestamp) async -> [VerificationResult] {
    var bodyStart = 0
    let header = MessageHeader(message: message.span, limits: policy.headerLimits, bodyStart: &bodyStart)
    var session = begin(header, at: time)
    let queries = session.pendingQueries
    async let answers = ask(queries)
    // The body is hashed while the queries are pending.
    _ = session.update(body: message.span.extracting(bodyStart..<message.count))
    for (query, answer) in await answers { session.supply(answer, for: query) }
    return session.finish()
  }

  /// Sends all queries at the same time.
  private func ask(_ queries: [KeyQuery]) async -> [(KeyQuery, KeyAnswer)] {
    await withTaskGroup(of: (KeyQuery, KeyAnswer).self) { group in
      for query in queries {
        group.addTask { (query, await keys.answer(query)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
