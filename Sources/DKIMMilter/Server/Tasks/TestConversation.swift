import DKIMCore

/// A message given to the filter as an MTA would, from this machine, with what the MTA would be told on the terminal.
struct TestConversation: Sendable {
  private let generation: Generation
  private let verbosity: Int

  init(_ generation: Generation, verbosity: Int) {
    self.generation = generation
    self.verbosity = verbosity
  }

  func run(_ test: TestMessage, at time: Timestamp) async {
    let filter = generation.filter
    let client = ConnectionFacts(hostName: "localhost", address: nil)
    returned("connect", await filter.decide(client).course == .accept ? "ACCEPT" : "CONTINUE")
    var message = filter.message(from: client)
    message.setMacro("i", "TEST")
    message.setMacro("j", "localhost")
    for (name, value) in test.fields { message.header(name: name.span, value: value.span) }
    let verdict: Verdict
    switch message.begin(await filter.decide(message.facts), at: time) {
    case .done(let early):
      returned("eoh", word(early.reply))
      verdict = early
    case .body(let queries, _):
      returned("eoh", "CONTINUE")
      for query in queries { message.supply(await generation.keys.answer(query), for: query) }
      let body = Array(test.body)
      let demand = message.body(body.span)
      returned("body", demand == .enough ? "SKIP" : "CONTINUE")
      verdict = message.finish()
    }
    show(verdict)
  }

  private func show(_ verdict: Verdict) {
    for line in verdict.log where verbosity > 1 { MilterProgram.complain(line.text) }
    for edit in verdict.edits where verbosity > 1 {
      switch edit {
      case .insert(let index, let name, let value):
        let text = String(decoding: value, as: UTF8.self)
        Terminal.output("### INSHEADER: idx=\(index) hname='\(name)' hvalue='\(text)'\n")
      case .delete(let name, let occurrence):
        Terminal.output("### CHGHEADER: hname='\(name)' idx=\(occurrence) hvalue='(null)'\n")
      }
    }
    if let reason = verdict.quarantine, verbosity > 1 { Terminal.output("### QUARANTINE: reason='\(reason)'\n") }
    guard verbosity > 0 else { return }
    Terminal.error("\(ProgramName.current.rawValue): mlfi_eom() returned SMFIS_\(word(verdict.reply))\n")
  }

  private func returned(_ step: String, _ word: String) {
    if verbosity > 1 { Terminal.error("\(ProgramName.current.rawValue): mlfi_\(step)() returned SMFIS_\(word)\n") }
  }

  private func word(_ reply: Reply) -> String {
    switch reply {
    case .accept: "ACCEPT"
    case .continue: "CONTINUE"
    case .discard: "DISCARD"
    case .deferred: "TEMPFAIL"
    case .refuse(let code, _, _): code < 500 ? "TEMPFAIL" : "REJECT"
    }
  }
}
