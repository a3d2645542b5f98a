import DKIMCore
import DKIMMilter
import Testing

/// Tests of `AddCanonicalizedData`.
@Suite struct CanonicalizedFieldsTests {
  private func scene(_ requests: [SigningRequest]) throws -> FilterScene {
    var scene = FilterScene()
    scene.configuration.results.addCanonicalizedData = true
    for request in requests { try scene.publish(request) }
    return scene
  }

  /// The inserted fields, from the top of the message.
  private func fields(_ verdict: Verdict) -> [String] {
    verdict.inserted.reversed().filter { $0.hasPrefix("X-DKIM-Canonicalized-") }
  }

  /// Decodes the folded base64 of a field.
  private func decoded(_ field: String?) throws -> String {
    let field = try #require(field)
    let start = try #require(field.firstRange(of: "; b=")).upperBound
    let digits = field[start...].filter { $0 != "\n" && $0 != " " }
    let bytes = Base64.decode(Array(digits.utf8).span)
    return String(decoding: try #require(bytes), as: UTF8.self)
  }

  @Test func `a signature that passes shows what was hashed`() async throws {
    var request = try FilterScene.request()
    request.canonicalization = .simple
    let mail = try FilterScene.plain.signed([request])
    let verdict = try await scene([request]).run(mail)
    #expect(verdict.results?.contains("dkim=pass") == true)
    // The Authentication-Results field is above them.
    #expect(verdict.inserted.last?.hasPrefix("Authentication-Results:") == true)
    let fields = fields(verdict)
    #expect(fields.count == 2)
    #expect(fields.last == "X-DKIM-Canonicalized-Body: d=example.com; s=sel; b=SGVsbG8NCg==")
    let header = try decoded(fields.first)
    #expect(fields.first?.hasPrefix("X-DKIM-Canonicalized-Header: d=example.com; s=sel; b=") == true)
    let signed = mail.fields.reversed().dropLast().map { "\($0.name):\($0.value)\r\n" }
    for field in signed { #expect(header.contains(field)) }
    #expect(header.contains("DKIM-Signature:") && header.hasSuffix("b="))
  }

  /// Folding is as in OpenDKIM: the field name is not counted, and further lines have 64 digits after eight spaces.
  @Test func `lines break where OpenDKIM breaks them`() async throws {
    let request = try FilterScene.request("example.com", "test")
    let field = try #require(fields(try await scene([request]).run(FilterScene.plain.signed([request]))).first)
    let lines = field.split(separator: "\n")
    #expect(lines.count > 3)
    #expect(lines[0].utf8.count == "X-DKIM-Canonicalized-Header: d=example.com; s=test; b=".utf8.count + 48)
    for line in lines.dropFirst().dropLast() { #expect(line.hasPrefix("        ") && line.utf8.count == 72) }
    #expect((12...72).contains(lines.last?.utf8.count ?? 0))
  }

  @Test func `bad signatures are reported as well, in the order of the signatures`() async throws {
    let (good, other) = (try FilterScene.request("example.com", "one"), try FilterScene.request("b.example", "two"))
    var mail = try FilterScene.plain.signed([good, other])
    mail.body = "Changed\n"
    let verdict = try await scene([good, other]).run(mail)
    #expect(verdict.results?.contains("dkim=fail") == true)
    let tags = fields(verdict).map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(
      tags == [
        "X-DKIM-Canonicalized-Header: d=example.com; s=one;", "X-DKIM-Canonicalized-Body: d=example.com; s=one;",
        "X-DKIM-Canonicalized-Header: d=b.example; s=two;", "X-DKIM-Canonicalized-Body: d=b.example; s=two;",
      ])
    #expect(try decoded(fields(verdict).last) == "Changed\n\r\n")
  }

  /// A field that is too large for the protocol is not sent.
  @Test(arguments: [(41_998, 2), (41_999, 1)])
  func `results that do not fit into the field are omitted`(_ bytes: Int, _ count: Int) async throws {
    let request = try FilterScene.request()
    var mail = FilterScene.plain
    mail.body = String(repeating: "x", count: bytes) + "\r\n"
    let verdict = try await scene([request]).run(mail.signed([request]))
    #expect(verdict.results?.contains("dkim=pass") == true)
    #expect(fields(verdict).count == count)
    #expect(fields(verdict).allSatisfy { $0.utf8.count < 65_500 })
    let step = "X-DKIM-Canonicalized-Body is left out (d=example.com; s=sel): more than 42000 bytes were hashed"
    #expect(verdict.explanation.steps.contains { $0.text == step } == (count == 1))
  }

  @Test func `without the setting, there is no field`() async throws {
    let request = try FilterScene.request()
    var scene = try scene([request])
    scene.configuration.results.addCanonicalizedData = false
    #expect(fields(await scene.run(try FilterScene.plain.signed([request]))).isEmpty)
  }
}
