/// Verifies messages.
///
///     let verifier = Verifier()
///     let report = await verifier.verify(message, keys: source, at: now)
///     for result in report.results {
///       print(result.code, result.tags.domain ?? "-", result.reason)
///     }
///
/// Use the same verifier for all messages: it caches the keys that it has parsed.
public struct Verifier: Sendable {
  private let policy: VerificationPolicy
  private let requirements: [SignatureRequirement]
  private let records = KeyRecordCache()

  /// Creates a verifier.
  /// - Parameters:
  ///   - policy: limits, and which valid signatures are accepted.
  ///   - requirements: requirements of your own for the signatures that the policy accepts, checked in this order until
  ///     a signature does not meet one.
  public init(policy: VerificationPolicy = .standard, requirements: [SignatureRequirement] = []) {
    self.policy = policy
    self.requirements = requirements
  }

  /// Verifies a whole message.
  /// - Parameters:
  ///   - message: the message, byte for byte as it was received, with CRLF line endings.
  ///   - keys: the source of key records. All keys of the message are looked up at the same time.
  ///   - time: the time with which `t=` and `x=` are compared.
  public func verify(
    _ message: [UInt8], keys: any PublicKeySource, at time: Timestamp
  ) async -> VerificationReport {
    await verify(ParsedMessage(message, limits: policy.headerLimits), keys: keys, at: time)
  }

  /// Verifies a whole message that is already parsed.
  /// - Parameters:
  ///   - message: the message; the limits of its header are those with which it was parsed, not those of the policy.
  ///   - keys: the source of key records. All keys of the message are looked up at the same time.
  ///   - time: the time with which `t=` and `x=` are compared.
  public func verify(
    _ message: ParsedMessage, keys: any PublicKeySource, at time: Timestamp
  ) async -> VerificationReport {
    var session = begin(message.header, at: time)
    let queries = session.pendingQueries
    async let answers = keys.answers(to: queries)
    // The body is hashed while the queries are pending.
    _ = session.update(body: message.body.span)
    session.supply(await answers)
    return session.finish()
  }

  /// Verifies a message whose body arrives in chunks.
  ///
  /// The keys are looked up while the body arrives. The rest of the body is not read if it cannot change the report. If
  /// the task is canceled and the sequence therefore ends early, the report is about the part that has arrived.
  /// - Parameters:
  ///   - header: the complete header; its limits are those with which it was created, not those of the policy.
  ///   - body: the body, without the empty line after the header, in chunks of any size.
  ///   - keys: the source of key records. All keys of the message are looked up at the same time.
  ///   - time: the time with which `t=` and `x=` are compared.
  /// - Throws: the error of `body`.
  public func verify<Body: AsyncSequence>(
    _ header: MessageHeader, body: Body, keys: any PublicKeySource, at time: Timestamp
  ) async throws(Body.Failure) -> VerificationReport where Body.Element == [UInt8] {
    var session = begin(header, at: time)
    let queries = session.pendingQueries
    async let answers = keys.answers(to: queries)
    for try await chunk in body {
      guard session.update(body: chunk.span) == .more else { break }
    }
    session.supply(await answers)
    return session.finish()
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
    begin(header, at: time, preferring: preferred, keeping: nil)
  }

  /// Starts verifying like ``begin(_:at:preferring:)``.
  /// - Parameters:
  ///   - ignored: the positions of DKIM-Signature fields that are treated as if they were not present.
  ///   - parsed: DKIM-Signature fields that the caller has parsed with the policy of this verifier, by position.
  ///   - limits: the amount of hashed data to keep for ``VerificationResult/canonicalized``; `nil` keeps none.
  package func begin(
    _ header: consuming MessageHeader, at time: Timestamp, preferring preferred: Set<Int> = [],
    ignoring ignored: Set<Int> = [], parsed: [Int: ParsedSignature] = [:], keeping limits: CanonicalizedData.Limits?
  ) -> VerificationSession {
    VerificationSession(
      header, policy: policy, requirements: requirements, time: time, records: records, preferred: preferred,
      ignored: ignored, parsed: parsed, keeping: limits)
  }
}
