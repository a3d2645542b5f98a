@testable import DKIMCore
import SystemPackage
import Testing
import TestSupport

/// The expected signatures for given requests; they must also verify.
@Suite struct SigningVectorTests {
  struct Cases: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
      let h: [String]
      let bh: String
      let a: String
      let t: String
      let x: String?
      let i: String?
    }

    let name: String
    let key: String
    let record: String
    let domain: String
    let selector: String
    let canonicalization: String
    let headers: [String]
    let oversign: [String]
    let time: UInt64
    let ttl: UInt64?
    let identity: String?
    let message: String
    let expected: Expected
    var testDescription: String { name }

    var bytes: [UInt8] { Vector.unescaped(message) }

    func request() throws -> SigningRequest {
      let folder = FilePath(Vector.folder).removingLastComponent()
      var request = try SigningRequest(
        domain: try DomainName(domain), selector: try Selector(selector),
        key: try SigningKey(try TestFiles.read(folder.appending(key).string)))
      request.canonicalization = try #require(Canonicalization(canonicalization))
      request.signedHeaders = HeaderSelection(headers)
      try request.setOversignedHeaders(try oversign.map { name in try HeaderFieldName(name) })
      try request.setLifetime(ttl.map { .seconds(Int64($0)) })
      if let identity = identity.map({ String(decoding: Vector.unescaped($0), as: UTF8.self) }) {
        let at = try #require(identity.lastIndex(of: "@"))
        try request.setIdentity(
          Identity(
            localPart: String(identity[..<at]), domain: try DomainName(String(identity[identity.index(after: at)...]))))
      }
      return request
    }
  }

  static let cases = try? JSONVectors.load("signing.json", as: Cases.self)

  @Test func `cases load`() throws {
    #expect(try #require(Self.cases).cases.count > 50)
  }

  @Test(arguments: cases?.cases ?? [])
  func `tags are as expected`(_ wanted: Case) throws {
    let fields = try Signer([try wanted.request()]).sign(wanted.bytes, at: Timestamp(wanted.time))
    let field = try #require(fields.first)
    let tags = try TagList(field.value.span)
    let text = { (name: StaticString) -> String? in
      tags.tag(name, in: field.value.span).map {
        String(decoding: field.value[$0.value].filter { !ASCII.isFWS($0) }, as: UTF8.self)
      }
    }
    #expect(text("h")?.lowercased().split(separator: ":").map(String.init).sorted() == wanted.expected.h)
    #expect(text("bh") == wanted.expected.bh)
    #expect(text("a") == wanted.expected.a)
    #expect(text("t") == wanted.expected.t)
    #expect(text("x") == wanted.expected.x)
    #expect(text("i") == wanted.expected.i)
  }

  @Test(arguments: cases?.cases ?? [])
  func `verifies at every split`(_ wanted: Case) throws {
    let signer = Signer([try wanted.request()])
    let whole = try signer.sign(wanted.bytes, at: Timestamp(wanted.time))
    let message = ParsedMessage(wanted.bytes)
    let body = Array(message.body)
    for cut in 0...body.count {
      var session = try signer.begin(message.header, at: Timestamp(wanted.time))
      session.update(body: body.span.extracting(first: cut))
      session.update(body: body.span.extracting(cut..<body.count))
      #expect(try session.finish() == whole)
    }
    let signed = ParsedMessage(whole.flatMap(\.bytes) + wanted.bytes)
    let verifier = Verifier()
    var session = verifier.begin(signed.header, at: Timestamp(wanted.time))
    for query in session.pendingQueries {
      session.supply(.records([Array(wanted.record.utf8)], secure: false), for: query)
    }
    _ = session.update(body: signed.body.span)
    let results = session.finish().results
    #expect(results.map(\.code) == [.pass], "\(results.map(\.reason))")
  }
}
