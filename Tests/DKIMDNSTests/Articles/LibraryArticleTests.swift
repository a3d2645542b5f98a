import DKIMCore
import DKIMDNS
import NIOPosix
import TestSupport
import Testing

// Scripts/check-articles compares the marked regions with the articles.

// article KeySources 3
struct ReportingKeySource: PublicKeySource {
  let source: any PublicKeySource
  let report: @Sendable (KeyQuery, KeyLookupFailure) -> Void

  func answer(_ query: KeyQuery) async -> KeyAnswer {
    let answer = await source.answer(query)
    if case .failure(let failure) = answer { report(query, failure) }
    return answer
  }
}
// end

extension DNSTests {
  /// The code of the articles about DKIMCore.
  @Suite("Articles")
  struct LibraryArticleTests {
    static let message = Array("From: Alice <alice@example.com>\r\nSubject: Lunch\r\n\r\nAt noon?\r\n".utf8)

    /// A signed message and its key record.
    static func signed(at now: Timestamp) throws -> (message: [UInt8], record: [UInt8]) {
      let key = try SigningKey.generate(.ed25519)
      let request = try SigningRequest(domain: DomainName("example.com"), selector: Selector("2026"), key: key)
      let signed = try Signer([request]).sign(message, at: now).flatMap(\.bytes) + message
      return (signed, Array(try PublishableKeyRecord(key).text.utf8))
    }

    static func source(_ record: [UInt8]) -> FixedKeySource {
      FixedKeySource(["2026._domainkey.example.com": [record]])
    }

    @Test
    func `Signing: a message is signed with a new key, whose record can be published`() async throws {
      let message = Self.message
      let now = Timestamp.now
      // article Signing
      let key = try SigningKey.generate(.ed25519)
      let request = try SigningRequest(domain: DomainName("example.com"), selector: Selector("2026"), key: key)
      let signer = Signer([request])
      let fields = try signer.sign(message, at: now)
      let signed = fields.flatMap(\.bytes) + message
      // end
      // article Signing
      let name = "2026._domainkey.example.com"
      let record = try PublishableKeyRecord(key).text
      // end
      let published = FixedKeySource([name: [Array(record.utf8)]])
      #expect(await Verifier().verify(signed, keys: published, at: now).results.map(\.code) == [.pass])
    }

    @Test
    func `Signing: options are properties of the request, and several requests make several fields`() async throws {
      let now = Timestamp.now
      let domain = try DomainName("example.com")
      let key = try SigningKey.generate(.ed25519)
      let otherKey = try SigningKey.generate(.rsa)
      // article Signing
      var request = try SigningRequest(domain: domain, selector: Selector("2026"), key: key)
      request.canonicalization = Canonicalization(header: .relaxed, body: .simple)
      request.signedHeaders = try HeaderSelection(list: ["*", "+X-Ticket", "-Reply-To"])
      let other = try SigningRequest(domain: domain, selector: Selector("2026-rsa"), key: otherKey)
      let signer = Signer([request, other])
      // end
      let fields = try signer.sign(Self.message, at: now)
      #expect(fields.count == 2)
      #expect(fields.first?.bytes.isEmpty == false)
    }

    @Test
    func `Verifying: a report has a result for each signature, and a field for the message`() async throws {
      let now = Timestamp.now
      let (message, record) = try Self.signed(at: now)
      let keys = Self.source(record)
      var lines: [String] = []
      func print(_ line: String) { lines.append(line) }
      // article Verifying 1
      let verifier = Verifier()
      let report = await verifier.verify(message, keys: keys, at: now)
      if report.isUnsigned { print("the message is not signed") }
      for result in report.results {
        print("\(result.code) \(result.tags.domain ?? "-"): \(result.reason)")
      }
      // end
      #expect(lines == ["pass example.com: signature verified"])
      // article Verifying 3
      let field = AuthenticationResults(authservID: "mx.example.org", report: report).field()
      // end
      #expect(field.hasPrefix("Authentication-Results: mx.example.org;\r\n\tdkim=pass"))
    }

    @Test
    func `Verifying: the checks are separate from the outcome`() async throws {
      let now = Timestamp.now
      let (message, record) = try Self.signed(at: now)
      let changed = message + Array("PS\r\n".utf8)
      let report = await Verifier().verify(changed, keys: Self.source(record), at: now)
      var explanation = ""
      // article Verifying 2
      for result in report.results {
        switch result.outcome {
        case .success: explanation = "valid"
        case .permanentFailure(.bodyHashDidNotVerify): explanation = "the body was changed"
        case .permanentFailure(.signatureDidNotVerify): explanation = "the header was changed, or another key was used"
        case .temporaryFailure(let failure): explanation = "try again later: \(failure)"
        default: explanation = result.reason
        }
      }
      // end
      #expect(explanation == "the body was changed")
    }

    @Test
    func `Streaming: the body may be an asynchronous sequence`() async throws {
      let now = Timestamp.now
      let (bytes, record) = try Self.signed(at: now)
      let keys = Self.source(record)
      let message = ParsedMessage(bytes)
      let verifier = Verifier()
      let body = AsyncStream<[UInt8]> { continuation in
        for byte in message.body { continuation.yield([byte]) }
        continuation.finish()
      }
      var header = MessageHeader()
      for field in 0..<message.header.count {
        let (name, value) = (message.header.name(of: field) ?? "", message.header.value(of: field))
        // article Streaming
        header.append(name: name.utf8.span, value: value.span)
        // end
      }
      // article Streaming
      let report = await verifier.verify(header, body: body, keys: keys, at: now)
      // end
      #expect(report.results.map(\.code) == [.pass])
    }

    @Test
    func `Streaming: sessions take the body in pieces`() async throws {
      let now = Timestamp.now
      let (bytes, record) = try Self.signed(at: now)
      let keys = Self.source(record)
      let message = ParsedMessage(bytes)
      let header = message.header
      let chunks = message.body.map { [$0] }
      let verifier = Verifier()
      // article Streaming
      var session = verifier.begin(header, at: now)
      let answers = await keys.answers(to: session.pendingQueries)
      for chunk in chunks {
        guard session.update(body: chunk.span) == .more else { break }
      }
      session.supply(answers)
      let report = session.finish()
      // end
      #expect(report.results.map(\.code) == [.pass])
      let signer = Signer([
        try SigningRequest(domain: DomainName("example.com"), selector: Selector("2026"), key: .generate(.ed25519))
      ])
      // article Streaming
      var signing = try signer.begin(header, at: now)
      for chunk in chunks { signing.update(body: chunk.span) }
      let fields = try signing.finish()
      // end
      #expect(fields.count == 1)
    }

    @Test
    func `Key sources: a table, DNS, and a source of your own`() async throws {
      let now = Timestamp.now
      let (message, record) = try Self.signed(at: now)
      let verifier = Verifier()
      // article KeySources 1
      let table = FixedKeySource(["2026._domainkey.example.com": [record]])
      // end
      #expect(await verifier.verify(message, keys: table, at: now).results.map(\.code) == [.pass])
      let text = String(decoding: record, as: UTF8.self)
      try await ScriptedServer.run({ [.send($0.text(text))] }) { server in
        let configuration = DNSConfiguration(servers: [server.server])
        // article KeySources 2
        let report = await withDNSKeySource(
          configuration: configuration, group: .singletonMultiThreadedEventLoopGroup
        ) { keys in
          await verifier.verify(message, keys: keys, at: .now)
        }
        // end
        #expect(report.results.map(\.code) == [.pass])
      }
      let reporting = ReportingKeySource(source: FixedKeySource([:])) { _, failure in
        Issue.record("an unexpected failure: \(failure)")
      }
      #expect(await verifier.verify(message, keys: reporting, at: now).results.map(\.code) == [.permerror])
    }

    @Test
    func `Policy: limits and objections are configured, and own rules use the remarks`() async throws {
      let now = Timestamp.now
      let (message, record) = try Self.signed(at: now)
      let keys = Self.source(record)
      // article Policy
      var policy = VerificationPolicy.standard
      policy.minimumRSABits = 2048
      policy.maximumSignatures = 5
      policy.unsignedBody = .accept
      let verifier = Verifier(policy: policy)
      // end
      #expect(await verifier.verify(message, keys: keys, at: now).results.map(\.code) == [.pass])
      let author = try DomainName("example.com")
      // article Policy
      let aligned = SignatureRequirement("alignment") { verified in
        verified.signature.domain == author ? nil : "not a signature of the author's domain"
      }
      let recent = SignatureRequirement("age") { verified in
        guard let signed = verified.signature.timestamp else { return "no signing time" }
        let age = verified.time.seconds - min(signed.seconds, verified.time.seconds)
        return age <= 7 * 86_400 ? nil : "signed more than a week ago"
      }
      let demanding = Verifier(requirements: [aligned, recent])
      // end
      #expect(await demanding.verify(message, keys: keys, at: now).results.map(\.code) == [.pass])
      let late = Timestamp(now.seconds + 8 * 86_400)
      let refused = await demanding.verify(message, keys: keys, at: late).results.map(\.outcome)
      #expect(refused == [.unacceptable(.requirement(name: "age", reason: "signed more than a week ago"))])
      // article Policy
      let report = await Verifier(policy: .tolerant).verify(message, keys: keys, at: now)
      let isSignedByAuthor = report.results.contains { result in
        result.code == .pass && result.remarks.isEmpty && result.signature?.domain == author
      }
      // end
      #expect(isSignedByAuthor)
    }
  }
}
