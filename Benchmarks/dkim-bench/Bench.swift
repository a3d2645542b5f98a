import DKIMCore

/// One message, with everything needed to sign or verify it repeatedly.
struct Bench {
  private let mode: Workload.Mode
  private let message: [UInt8]
  private let signer: Signer
  private let verifier: Verifier
  /// The TXT data of the key record, which is parsed again for each message, as if it came from a key source.
  private let record: [UInt8]

  /// The signed header fields: those that RFC 6376 recommends, the same in all compared programs.
  private static let fields = [
    "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "list-id", "list-unsubscribe",
  ]

  init(_ work: Workload) throws {
    let stem = work.keyType == .rsa ? "rsa2048" : "ed25519"
    mode = work.mode
    message = try readFile(work.message)
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector(work.keyType == .rsa ? "sel" : "eds"),
      key: try SigningKey(try readFile("keys/\(stem).pem")), oversignedHeaders: [])
    request.canonicalization = work.canonicalization
    request.signedHeaders = HeaderSelection(Self.fields)
    signer = Signer([request])
    verifier = Verifier()
    record = Array(try readFile("keys/\(stem).txt").reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed())
  }

  /// Processes one message with the streaming interface.
  func once() throws {
    mode == .sign ? _ = try sign() : try verify()
  }

  func signed() throws -> [UInt8] {
    try sign().flatMap(\.bytes) + message
  }

  private func sign() throws -> [SignatureField] {
    let message = ParsedMessage(self.message)
    var session = try signer.begin(message.header, at: Timestamp(1_780_000_000))
    session.update(body: message.body.span)
    return try session.finish()
  }

  private func verify() throws {
    let message = ParsedMessage(self.message)
    var session = verifier.begin(message.header, at: Timestamp(1_780_000_000))
    for query in session.pendingQueries { session.supply(.records([record], secure: false), for: query) }
    _ = session.update(body: message.body.span)
    let results = session.finish().results
    guard results.first?.code == .pass else { throw BenchError.refused(results.first?.reason ?? "not signed") }
  }
}

enum BenchError: Error {
  case refused(String)
}
