import Synchronization
import Testing

@testable import DKIMCore

@Suite struct ExternalKeyTests {
  private let message = Array("From: a@example.com\r\nSubject: hi\r\n\r\nbody\r\n".utf8)
  private let time = Timestamp(1_780_000_000)

  /// A key in another place, which signs with a local key or does something else.
  private final class Agent: ExternalSigningKey {
    let key: SigningKey
    let publicKey: [UInt8]
    private let respond: @Sendable (SigningKey, [UInt8]) throws -> [UInt8]
    private let seen = Mutex<[[UInt8]]>([])

    var type: KeyType { key.type }
    var digests: [[UInt8]] { seen.withLock { $0 } }

    init(
      _ key: SigningKey, publicKey: [UInt8]? = nil,
      respond: @escaping @Sendable (SigningKey, [UInt8]) throws -> [UInt8] = { try $0.sign(digest: $1) }
    ) {
      self.key = key
      self.publicKey = publicKey ?? key.publicKey
      self.respond = respond
    }

    func sign(digest: [UInt8]) async throws -> [UInt8] {
      seen.withLock { $0.append(digest) }
      return try respond(key, digest)
    }
  }

  private struct Refusal: Error, CustomStringConvertible {
    var description: String { "the token is\r\nlocked" }
  }

  private func key(_ type: KeyType) throws -> SigningKey { try SigningKey.generate(type, bits: 1024) }

  private func request(_ key: SigningKey) throws -> SigningRequest {
    try SigningRequest(domain: try DomainName("example.com"), selector: try Selector("sel"), key: key)
  }

  private func request(_ agent: Agent) throws -> SigningRequest {
    try SigningRequest(domain: try DomainName("example.com"), selector: try Selector("sel"), externalKey: agent)
  }

  private func failure(_ failure: ExternalKeyFailure) -> SigningError {
    .externalKey(selector: "sel", domain: "example.com", failure)
  }

  @Test(arguments: KeyType.allCases)
  func `an external key makes the same field as a local one`(_ type: KeyType) async throws {
    let key = try key(type)
    let agent = Agent(key)
    let external = try request(agent)
    let fields = try await Signer([external]).signWithExternalKeys(message, at: time)
    let expected = try Signer([try request(key)]).sign(message, at: time)
    #expect(fields == expected)
    #expect(agent.digests.map(\.count) == [32])
    #expect(external.keyBits == key.bits)
    #expect(try PublishableKeyRecord(external.key) == PublishableKeyRecord(key))
  }

  @Test func `fields are in the order of the requests`() async throws {
    let keys = [try key(.rsa), try key(.ed25519), try key(.rsa), try key(.ed25519)]
    let mixed = [
      try request(Agent(keys[0])), try request(keys[1]), try request(keys[2]), try request(Agent(keys[3])),
    ]
    let local = try keys.map { try request($0) }
    let expected = try Signer(local).sign(message, at: time)
    #expect(try await Signer(mixed).signWithExternalKeys(message, at: time) == expected)
    #expect(try await Signer(local).signWithExternalKeys(message, at: time) == expected)
  }

  @Test func `a session gives out digests and takes signatures`() throws {
    let (first, second) = (try key(.rsa), try key(.ed25519))
    let requests = [try request(Agent(first)), try request(first), try request(Agent(second))]
    var pending = try session(requests)
    #expect(pending.digests.map(\.key.type) == [.rsa, .ed25519])
    for (digest, key) in zip(pending.digests, [first, second]).reversed() {
      try pending.supply(try key.sign(digest: digest.bytes), for: digest)
    }
    #expect(pending.digests.isEmpty)
    let expected = try Signer([try request(first), try request(first), try request(second)]).sign(message, at: time)
    #expect(try pending.finish() == expected)
  }

  @Test func `a signature for another message is ignored`() throws {
    let key = try key(.ed25519)
    let requests = [try request(Agent(key))]
    var pending = try session(requests)
    let other = try session(requests, body: "another body\r\n")
    for digest in other.digests { try pending.supply(try key.sign(digest: digest.bytes), for: digest) }
    #expect(pending.digests.count == 1)
    let unfinished = pending
    #expect(throws: failure(.missing)) { try unfinished.finish() }
  }

  @Test func `without its signature there is no field`() throws {
    let requests = [try request(try key(.ed25519)), try request(Agent(try key(.rsa)))]
    #expect(throws: failure(.missing)) { try Signer(requests).sign(message, at: time) }
  }

  @Test func `a key that throws is an error without control characters`() async throws {
    let agent = Agent(try key(.rsa)) { _, _ in throw Refusal() }
    let requests = [try request(try key(.ed25519)), try request(agent)]
    let error = await #expect(throws: SigningError.self) {
      try await Signer(requests).signWithExternalKeys(message, at: time)
    }
    #expect(error == failure(.failed("the token is\r\nlocked")))
    #expect(error?.description.utf8.allSatisfy { $0 >= 0x20 } == true)
  }

  @Test(arguments: [(KeyType.rsa, 127, 128), (.rsa, 129, 128), (.rsa, 0, 128), (.ed25519, 63, 64), (.ed25519, 65, 64)])
  func `a signature of the wrong length is refused`(_ type: KeyType, _ length: Int, _ expected: Int) async throws {
    let agent = Agent(try key(type)) { Array((try $0.sign(digest: $1) + [0]).prefix(length)) }
    let requests = [try request(agent)]
    await #expect(throws: failure(.wrongLength(length, expected: expected))) {
      try await Signer(requests).signWithExternalKeys(message, at: time)
    }
  }

  @Test(arguments: KeyType.allCases)
  func `a signature by another key is refused`(_ type: KeyType) async throws {
    let other = try key(type)
    let requests = [try request(Agent(try key(type)) { _, digest in try other.sign(digest: digest) })]
    await #expect(throws: failure(.badSignature)) {
      try await Signer(requests).signWithExternalKeys(message, at: time)
    }
  }

  @Test func `a public key that is not one is refused`() throws {
    let key = try key(.ed25519)
    #expect(throws: failure(.publicKey(.ed25519Length(3)))) { try request(Agent(key, publicKey: [1, 2, 3])) }
    let rsa = try self.key(.rsa)
    #expect(throws: SigningError.self) { try request(Agent(rsa, publicKey: key.publicKey)) }
  }

  private func session(_ requests: [SigningRequest], body: String = "body\r\n") throws -> PendingSignatures {
    var header = MessageHeader()
    header.append(name: Array("From".utf8).span, value: Array(" a@example.com".utf8).span)
    header.append(name: Array("Subject".utf8).span, value: Array(" hi".utf8).span)
    var session = try Signer(requests).begin(header, at: time)
    session.update(body: Array(body.utf8).span)
    return try session.finishBody()
  }
}
