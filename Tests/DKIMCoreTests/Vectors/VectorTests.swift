@testable import DKIMCore
import Testing

@Suite struct VectorTests {
  @Test func `every file loads`() {
    #expect(Vector.fileCount > 900)
    #expect(Vector.all.count == Vector.fileCount)
  }

  /// Verifies the whole message at once.
  @Test(arguments: Vector.all)
  func whole(_ vector: Vector) async {
    let source = VectorSource(vector)
    let report = await Verifier(policy: vector.policy).verify(vector.message, keys: source, at: vector.time)
    check(report.results, vector)
    if let most = vector.mostQueries { #expect(source.count <= most) }
  }

  /// Verifies with the body as a stream; the report is the same.
  @Test(arguments: Vector.all)
  func streamed(_ vector: Vector) async {
    let (verifier, source) = (Verifier(policy: vector.policy), VectorSource(vector))
    let whole = await verifier.verify(vector.message, keys: source, at: vector.time)
    let message = ParsedMessage(vector.message, limits: vector.policy.headerLimits)
    for size in [1, 7, 4096] where message.body.count / size < 20_000 {
      let body = AsyncStream(message.body, chunkSize: size)
      let report = await verifier.verify(message.header, body: body, keys: source, at: vector.time)
      #expect(report == whole, "in chunks of \(size)")
    }
  }

  /// Verifies with the body split into single bytes, and cut in two at every position where something could go wrong.
  @Test(arguments: Vector.all)
  func `every chunking`(_ vector: Vector) {
    let message = ParsedMessage(vector.message)
    let (header, body) = (message.header, Array(message.body))
    if body.count < 100_000 {
      check(verify(vector, header, body, cuts: Array(0...body.count)), vector)
    }
    for cut in interestingCuts(body) { check(verify(vector, header, body, cuts: [cut]), vector) }
  }

  private func verify(
    _ vector: Vector, _ header: MessageHeader, _ body: [UInt8], cuts: [Int]
  ) -> [VerificationResult] {
    var session = Verifier(policy: vector.policy).begin(header, at: vector.time)
    for query in session.pendingQueries {
      session.supply(vector.answers[query.name] ?? .noSuchName(secure: false), for: query)
    }
    var start = 0
    for cut in cuts + [body.count] {
      _ = session.update(body: body.span.extracting(start..<cut))
      start = cut
    }
    return session.finish().results
  }

  /// Positions around line breaks and white space, around the edges of vectors, and in the middle; at most 40.
  private func interestingCuts(_ body: [UInt8]) -> [Int] {
    var cuts: Set<Int> = [0, body.count / 2, max(body.count - 1, 0)]
    for edge in [15, 16, 17, 63, 64, 65, 79, 80, 81, 127, 128, 129, 4096, 16_384] where edge < body.count {
      cuts.insert(edge)
    }
    for (i, byte) in body.enumerated() where ASCII.isFWS(byte) {
      cuts.insert(i)
      cuts.insert(i + 1)
      if cuts.count > 40 { break }
    }
    return Array(cuts)
  }

  private func check(_ results: [VerificationResult], _ vector: Vector) {
    #expect(results.count == vector.expectations.count)
    for (result, expected) in zip(results, vector.expectations) {
      #expect(
        result.code.rawValue == expected.word, "\(result.reason)")
      if let reason = expected.reason { #expect(result.reason.lowercased().contains(reason)) }
    }
  }
}

/// Responds with the records of the vector and counts the queries.
final class VectorSource: PublicKeySource {
  private let answers: [String: KeyAnswer]
  private let asked = Counter()

  var count: Int { asked.value }

  private let anyName: KeyAnswer

  init(_ vector: Vector) {
    answers = vector.answers
    anyName = .noSuchName(secure: false)
  }

  /// Responds to every query with a single record.
  init(answering record: [UInt8]) {
    answers = [:]
    anyName = .records([record], secure: false)
  }

  func answer(_ query: KeyQuery) async -> KeyAnswer {
    asked.increment()
    return answers[query.name] ?? anyName
  }
}
