import DKIMCore
import Milter

/// A milter conversation in test mode, which passes a message to the filter as an MTA on this host would.
///
/// The steps, their order and the values of macros are those of OpenDKIM's test mode.
struct TestConversation: Sendable {
  /// The step at which the conversation ended.
  enum End: Sendable {
    /// The filter refused the message or accepted it unprocessed, before the body.
    case endOfHeader(Verdict)
    /// The filter signed or verified the message, or tried to.
    case endOfMessage(Verdict)
  }

  /// The most bytes of a body that an MTA sends in one packet.
  private static let chunk = 65535

  private let active: ActiveConfiguration
  private let report: TestReport

  init(_ active: ActiveConfiguration, report: TestReport) {
    self.active = active
    self.report = report
  }

  /// The macros, whose values are those of OpenDKIM's test mode.
  private var macros: MilterMacros {
    var names = ["i", "j"]
    // Authenticated clients are internal, even if InternalHosts does not contain this host.
    if active.configuration.roles.contains(.sign) { names.append("auth_type") }
    var macros = MilterMacros()
    for name in names { macros.set(name, "DEBUG-\(name)", .mail) }
    return macros
  }

  func run(_ test: TestMessage, at time: Timestamp) async -> End {
    let policy = active.policy
    // PeerList is not checked, because the message has to be evaluated.
    let client = ClientInfo(hostName: "localhost", address: nil)
    report.connected()
    var message = policy.message(from: client)
    message.setMacros(macros)
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
    let decision = await policy.decide(message.facts)
    let queries: [KeyQuery]
    switch message.begin(decision, at: time) {
    case .done(let verdict):
      report.show(verdict, decision, excess, endsWith: "eoh")
      switch decision.action {
      case .verify: return .endOfMessage(verdict)
      case .leaveAlone, .sign, .act: return .endOfHeader(verdict)
      }
    case .body(let wanted, _): queries = wanted
    }
    report.returned("eoh", .continue)
    for query in queries { message.supply(await active.keys.answer(query), for: query) }
    var rest = test.body
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(Self.chunk))
      rest = rest.dropFirst(chunk.count)
      let demand = message.body(chunk.span)
      report.returned("body", .continue, word: demand == .enough ? "SKIP" : nil)
      if demand == .enough { break }
    }
    var further = message.furtherQueries()
    while !further.isEmpty {
      for query in further { message.supply(await active.keys.answer(query), for: query) }
      further = message.furtherQueries()
    }
    let verdict = await message.finishWithScript()
    report.show(verdict, decision, excess, endsWith: "eom")
    return .endOfMessage(verdict)
  }
}
