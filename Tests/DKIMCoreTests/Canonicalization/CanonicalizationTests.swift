@testable import DKIMCore
import Testing

/// Compares canonicalized bodies and header fields with those of an independent, naive implementation.
@Suite struct CanonicalizationTests {
  struct Cases: Decodable {
    let bodies: [BodyCase]
    let headers: [HeaderCase]
  }

  struct BodyCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Form: Decodable, Sendable {
      struct Cut: Decodable, Sendable {
        let length: UInt64
        let digest: String

        init(from decoder: any Decoder) throws {
          var list = try decoder.unkeyedContainer()
          length = try list.decode(UInt64.self)
          digest = try list.decode(String.self)
        }
      }

      let sha256: String
      let bytes: UInt64
      let cuts: [Cut]?
    }

    let name: String
    let input: JSONVectors.Pieces
    let simple: Form
    let relaxed: Form
    var testDescription: String { name }

    func form(_ algorithm: CanonicalizationAlgorithm) -> Form { algorithm == .simple ? simple : relaxed }
  }

  struct HeaderCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let input: JSONVectors.Pieces
    let simple: JSONVectors.Pieces
    let relaxed: JSONVectors.Pieces
    var testDescription: String { name }
  }

  static let cases = try? JSONVectors.load("canonicalization.json", as: Cases.self)

  @Test func `cases load`() throws {
    let cases = try #require(Self.cases)
    #expect(cases.bodies.count > 1000)
    #expect(cases.headers.count > 80)
  }

  @Test(arguments: cases?.bodies ?? [], CanonicalizationAlgorithm.allCases)
  func body(_ body: BodyCase, _ algorithm: CanonicalizationAlgorithm) {
    let bytes = body.input.bytes
    let expected = body.form(algorithm)
    check(bytes, algorithm, expected, cuts: [])
    for cut in splits(bytes) { check(bytes, algorithm, expected, cuts: [cut]) }
    if bytes.count <= 10_000 { check(bytes, algorithm, expected, cuts: Array(0...bytes.count)) }
    for cut in expected.cuts ?? [] {
      let result = hash(bytes, algorithm, limit: cut.length, cuts: [bytes.count / 2])
      #expect(Base64.encode(result.digest) == cut.digest)
    }
  }

  @Test(arguments: cases?.headers ?? [], CanonicalizationAlgorithm.allCases)
  func header(_ header: HeaderCase, _ algorithm: CanonicalizationAlgorithm) {
    let parsed = ParsedMessage(header.input.bytes).header
    let hash = HeaderHash(algorithm)
    for field in 0..<parsed.count { hash.append(field: field, of: parsed) }
    let expected = algorithm == .simple ? header.simple.bytes : header.relaxed.bytes
    // The field in place of the signature is the same in both forms.
    let digest = hash.finish(signatureField: Array("x:y".utf8), nameEnd: 1, valueStart: 2)
    #expect(digest == Crypto.digest(expected + Array("x:y".utf8)))
  }

  /// Every position in short bodies; positions around the edges of vectors and buffers in long ones.
  private func splits(_ bytes: [UInt8]) -> [Int] {
    guard bytes.count > 300 else { return Array(0...bytes.count) }
    return [1, 2, 63, 64, 65, 66, 79, 80, 81, 127, 128, 4095, 4096, 16_383, 16_384, 16_385].filter { $0 < bytes.count }
  }

  private func check(
    _ bytes: [UInt8], _ algorithm: CanonicalizationAlgorithm, _ expected: BodyCase.Form, cuts: [Int]
  ) {
    let result = hash(bytes, algorithm, limit: nil, cuts: cuts)
    #expect(Base64.encode(result.digest) == expected.sha256, "cut at \(cuts.prefix(1))")
    #expect(result.canonicalBytes == expected.bytes)
  }

  private func hash(
    _ bytes: [UInt8], _ algorithm: CanonicalizationAlgorithm, limit: UInt64?, cuts: [Int]
  ) -> BodyHasher.Result {
    let hasher = BodyHasher(algorithm, limit: limit)
    var start = 0
    for cut in cuts + [bytes.count] {
      hasher.update(bytes.span.extracting(start..<cut))
      start = cut
    }
    return hasher.finish()
  }
}
