import DKIMCore

/// A message passed to the filter as by an MTA on this host, step by step.
///
/// The steps, their order and the values of macros are those of OpenDKIM's test mode.
struct TestConversation: Sendable {
  /// How far the conversation went.
  enum End: Sendable {
    /// The filter refused the message or accepted it without looking at it, before the body.
    case endOfHeader(Verdict)
    /// Signed or verified, or an attempt to.
    case endOfMessage(Verdict)
  }

  /// The largest part of a body that an MTA sends at once; bytes.
  private static let chunk = 65535

  private let generation: Generation
  private let report: TestReport

  init(_ generation: Generation, report: TestReport) {
    self.generation = generation
    self.report = report
  }

  func run(_ test: TestMessage, at time: Timestamp) async -> End {
    let filter = generation.filter
    // PeerList is not consulted: the message is to be evaluated.
    let client = ConnectionFacts(hostName: "localhost", address: nil)
    report.connected()
    var message = filter.message(from: client)
    for name in ["i", "j"] { message.setMacro(name, "DEBUG-\(name)") }
    // Clients that authenticated are internal, also if InternalHosts does not name this host.
    if generation.configuration.roles.contains(.sign) { message.setMacro("auth_type", "DEBUG-auth_type") }
    message.mail(from: "<sender@example.com>")
    report.returned("envfrom", .continue)
    message.recipient("<recipient@example.com>")
    report.returned("envrcpt", .continue)
    if test.fields.isEmpty { report.warn("no headers on input") }
    for field in test.fields {
      message.header(name: field.name.span, value: field.value.span)
      report.returned("header", .continue, line: field.line)
    }
    let excess = message.facts.header.excess
    let decision = await filter.decide(message.facts)
    let queries: [KeyQuery]
    switch message.begin(decision, at: time) {
    case .done(let verdict):
      report.show(verdict, decision, excess, endsWith: "eoh")
      switch decision.course {
      case .verify: return .endOfMessage(verdict)
      case .leaveAlone, .sign, .act: return .endOfHeader(verdict)
      }
    case .body(let wanted, _): queries = wanted
    }
    report.returned("eoh", .continue)
    for query in queries { message.supply(await generation.keys.answer(query), for: query) }
    var rest = test.body
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(Self.chunk))
      rest = rest.dropFirst(chunk.count)
      let demand = message.body(chunk.span)
      report.returned("body", .continue, word: demand == .enough ? "SKIP" : nil)
      if demand == .enough { break }
    }
    let verdict = message.finish()
    report.show(verdict, decision, excess, endsWith: "eom")
    return .endOfMessage(verdict)
  }
}
