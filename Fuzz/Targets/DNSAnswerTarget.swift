import DKIMCore

@testable import DKIMDNS

/// Parses DNS responses, including those that do not pass the check of the header.
enum DNSAnswerTarget {
  static func run(_ input: [UInt8]) {
    let name = asked
    var chain = AliasChain(name)
    let reply = ReplyReader.read(input.span, chain: &chain)
    var secondChain = AliasChain(name)
    require(ReplyReader.read(input.span, chain: &secondChain) == reply, "the second reading differs")
    require(chain.names == secondChain.names, "the second walk differs")
    require(chain.names.count <= AliasChain.limit + 1, "a CNAME chain of \(chain.names.count) names")
    require(Set(chain.names).count == chain.names.count, "a CNAME loop")
    check(reply, input)
    checkFit(input)
    if let wire = WireName(input.span) {
      require(wire.bytes.count == input.count, "a name that does not use all bytes")
    }
  }

  private static let asked: WireName = {
    guard let name = WireName("sel._domainkey.example.com") else { fail("the name to query is invalid") }
    return name
  }()

  private static let query: Query = {
    guard let query = Query(name: asked, id: 0x4242, extended: true) else { fail("the query cannot be created") }
    return query
  }()

  private static func check(_ reply: Reply, _ input: [UInt8]) {
    switch reply {
    case .records(let texts, let facts):
      require(!texts.isEmpty, "an empty list of records")
      require(texts.reduce(0) { $0 + $1.count } < input.count, "more text than the message has bytes")
      check(facts, input)
    case .noSuchName(let facts):
      require(input[3] & 15 == 3, "noSuchName without NXDOMAIN")
      check(facts, input)
    case .noData(let facts), .alias(let facts):
      require(input[3] & 15 == 0, "noData despite an error code")
      check(facts, input)
    case .truncated: require(input[2] & 2 != 0, "truncated without TC")
    case .notUnderstood(let code): require([1, 4, 16].contains(code), "not understood: \(code)")
    case .failure(let failure): requirePrintable("\(failure)")
    }
  }

  private static func check(_ facts: ReplyMetadata, _ input: [UInt8]) {
    require(input.count >= MessageHead.length && input[2] & 2 == 0, "a result from a truncated message")
    require(facts.authenticated == (input[3] & 0x20 != 0), "the AD bit")
    require(facts.lifetime <= UInt32(Int32.max), "cached for \(facts.lifetime) s")
  }

  private static func checkFit(_ input: [UInt8]) {
    let fit = MessageHead.fit(input.span, to: query)
    if fit == .stray { return }
    require(input[0] == 0x42 && input[1] == 0x42 && input[2] & 0xF8 == 0x80, "not a response to the query: \(fit)")
    if fit == .answer {
      let question = input[12...].prefix(query.question.count).map(ASCII.lowercased)
      require(question == query.question.map(ASCII.lowercased), "a response to another question")
    }
    // With another ID, the response must not match.
    var other = input
    other[1] ^= 1
    require(MessageHead.fit(other.span, to: query) == .stray, "a response with another ID matches")
  }
}
