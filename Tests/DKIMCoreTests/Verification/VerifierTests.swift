import DKIMCore
import Testing

/// The complete calls of ``Verifier``, which look up the keys themselves.
@Suite struct VerifierTests {
  private let time = Timestamp(1_780_000_000)
  private let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\n  body \r\nwith  lines\r\n\r\n".utf8)

  /// The message with two signatures, and the key records of both.
  private func signed() throws -> (bytes: [UInt8], source: Records) {
    var records: [String: [[UInt8]]] = [:]
    var requests: [SigningRequest] = []
    for selector in ["one", "two"] {
      var request = try SigningRequest(
        domain: try DomainName("example.com"), selector: try Selector(selector), key: try SigningKey.generate(.ed25519))
      request.canonicalization = Canonicalization(header: .relaxed, body: selector == "one" ? .simple : .relaxed)
      records["\(selector)._domainkey.example.com"] = [Array(try PublishableKeyRecord(request.key).text.utf8)]
      requests.append(request)
    }
    let fields = try Signer(requests).sign(message, at: time)
    return (fields.flatMap(\.bytes) + message, Records(records: records))
  }

  private struct Records: PublicKeySource {
    var records: [String: [[UInt8]]]
    let queries = Counter()

    func answer(_ query: KeyQuery) async -> KeyAnswer {
      queries.increment()
      return records[query.name].map { .records($0, secure: true) } ?? .noSuchName(secure: true)
    }
  }

  @Test func `an unsigned message and one whose header was cut off have different reports`() async throws {
    let (bytes, source) = try signed()
    let unsigned = await Verifier().verify(message, keys: source, at: time)
    var policy = VerificationPolicy.standard
    policy.headerLimits.fields = 1
    let cut = await Verifier(policy: policy).verify(Array("X-Pad: y\r\n".utf8) + bytes, keys: source, at: time)
    #expect(unsigned.results.isEmpty && cut.results.isEmpty)
    #expect(unsigned != cut)
    #expect(unsigned.isUnsigned && unsigned.headerExcess == nil)
    #expect(!cut.isUnsigned && cut.headerExcess == .fields(limit: 1))
    #expect(AuthenticationResults(authservID: "mx", report: unsigned).results.map(\.code) == [DKIMResultCode.none])
    #expect(AuthenticationResults(authservID: "mx", report: cut).results.map(\.code) == [.policy])
    #expect(source.queries.value == 0)
  }

  @Test func `the report does not depend on the chunks of the body`() async throws {
    let (bytes, source) = try signed()
    let whole = await Verifier().verify(bytes, keys: source, at: time)
    #expect(whole.results.map(\.code) == [.pass, .pass])
    let parsed = ParsedMessage(bytes)
    #expect(await Verifier().verify(parsed, keys: source, at: time) == whole)
    for size in 1...parsed.body.count {
      let body = AsyncStream(parsed.body, chunkSize: size)
      #expect(await Verifier().verify(parsed.header, body: body, keys: source, at: time) == whole, "\(size)")
    }
  }

  @Test func `a body that ends too early fails`() async throws {
    let (bytes, source) = try signed()
    let parsed = ParsedMessage(bytes)
    let body = AsyncStream(parsed.body.dropLast(10), chunkSize: 4)
    let report = await Verifier().verify(parsed.header, body: body, keys: source, at: time)
    #expect(report.results.map(\.outcome) == Array(repeating: .permanentFailure(.bodyHashDidNotVerify), count: 2))
  }

  @Test func `an error while the body is read is thrown`() async throws {
    struct Interrupted: Error {}
    let (bytes, source) = try signed()
    let header = ParsedMessage(bytes).header
    let body = AsyncThrowingStream<[UInt8], any Error> { $0.finish(throwing: Interrupted()) }
    await #expect(throws: Interrupted.self) {
      try await Verifier().verify(header, body: body, keys: source, at: time)
    }
  }

  /// The stream never ends, so a verifier that reads all of it would not return.
  @Test(.timeLimit(.minutes(1))) func `the body of an unsigned message is not read to its end`() async throws {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    continuation.yield(Array("body".utf8))
    let report = await Verifier().verify(
      ParsedMessage(message).header, body: stream, keys: Records(records: [:]), at: time)
    #expect(report.isUnsigned)
    continuation.finish()
  }

  @Test func `equal queries are asked once`() async throws {
    let (bytes, source) = try signed()
    let queries = try ["one", "two", "one", "three"].map { selector in
      try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector(selector)))
    }
    let answers = await source.answers(to: queries)
    #expect(source.queries.value == 3)
    #expect(answers.count == 3)
    for query in queries {
      let records = source.records[query.name]
      #expect(answers[query] == records.map { .records($0, secure: true) } ?? .noSuchName(secure: true))
    }
    #expect(await source.answers(to: []) == [:])
    #expect(await Verifier().verify(bytes, keys: source, at: time).results.map(\.code) == [.pass, .pass])
  }

  @Test func `reports about different messages differ`() async throws {
    let (bytes, source) = try signed()
    let verifier = Verifier()
    let report = await verifier.verify(bytes, keys: source, at: time)
    #expect(await Verifier().verify(bytes, keys: source, at: time).hashValue == report.hashValue)
    #expect(await verifier.verify(bytes + Array("x\r\n".utf8), keys: source, at: time) != report)
    #expect(await verifier.verify(bytes, keys: Records(records: [:]), at: time) != report)
    let lost = Array("DKIM-Signature: v=1\r\n".utf8) + bytes
    let results = await verifier.verify(lost, keys: source, at: time).results
    #expect(results.count == 3 && results.first?.signature == nil)
    #expect(results.last?.signature == report.results.last?.signature)
  }
}
