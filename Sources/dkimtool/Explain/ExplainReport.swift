import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter

/// The output of `dkimtool explain`.
enum ExplainReport {
  private typealias Step = DKIMMilter.Explanation.Step

  // MARK: Text

  static func text(_ trace: TracedMessage.Trace) -> String {
    var lines = ["client \(trace.client.shortText)"]
    lines += trace.connection.explanation.flattened.map(line)
    if let decision = trace.decision {
      lines.append("message")
      // The verdict, if there is one, includes the steps of the decision.
      lines += (trace.verdict?.explanation ?? decision.explanation).flattened.map(line)
      if trace.verdict == nil { lines += ["verdict", "  \(action(decision))"] }
    }
    if let verdict = trace.verdict { lines += self.lines(of: verdict) }
    return lines.map { PrintableText.escaped($0) + "\n" }.joined()
  }

  private static func line(_ depth: Int, _ step: Step) -> String {
    String(repeating: "  ", count: depth + 1) + step.kind.mark + " " + step.line
  }

  private static func lines(of verdict: Verdict) -> [String] {
    var lines = ["verdict", "  reply: \(reply(verdict.reply))"]
    if let reason = verdict.quarantine { lines.append("  quarantined: \(reason)") }
    for edit in verdict.edits {
      switch edit {
      case .deleteHeader(let name, let occurrence):
        lines.append("  removes: \(name), number \(occurrence) from the top")
      case .insertHeader(_, let name, let value):
        let text = String(decoding: value, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        lines.append("  adds: \(name): " + String(text.first ?? ""))
        for line in text.dropFirst() { lines.append("      " + String(line.drop { $0 == "\t" || $0 == " " })) }
      case .addRecipient(let path): lines.append("  adds the recipient: " + String(decoding: path, as: UTF8.self))
      case .deleteRecipient(let path):
        lines.append("  removes the recipient: " + String(decoding: path, as: UTF8.self))
      default: break
      }
    }
    return lines + verdict.log.map { "  log: \($0.text)" }
  }

  static func reply(_ reply: MilterReply) -> String {
    switch reply {
    case .accept: "accept"
    case .continue: "continue"
    case .discard: "discard"
    case .tempfail: "tempfail, with the text of the MTA"
    case .replyCode(let reply): reply.description
    case .reject, .skip, .connectionFailure, .shutdown: "\(reply)"
    }
  }

  static func action(_ decision: Decision) -> String {
    if decision.needsRoot {
      return "would be signed if the filter can read the key; run this command with sudo to check"
    }
    return switch decision.action {
    case .leaveAlone: "accepted, neither signed nor verified"
    case .sign(let requests): "would be signed with \(requests.count == 1 ? "one key" : "\(requests.count) keys")"
    case .verify: "would be verified"
    case .act(let action, let refusal): "\(action.rawValue): \(refusal.text)"
    }
  }

  private static func word(_ decision: Decision?) -> String {
    if decision?.needsRoot == true { return "sign" }
    return switch decision?.action {
    case nil, .leaveAlone: "leave-alone"
    case .sign: "sign"
    case .verify: "verify"
    case .act: "refuse"
    }
  }

  // MARK: JSON

  static func json(_ trace: TracedMessage.Trace) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.name("client")
      json.object { json in
        text("name", trace.client.hostName, &json)
        text("address", trace.client.address.map { "\($0)" }, &json)
      }
      text("action", word(trace.decision), &json)
      json.name("steps")
      let steps =
        trace.connection.explanation.steps
        + ((trace.verdict?.explanation ?? trace.decision?.explanation)?.steps ?? [])
      self.steps(steps, &json)
      json.name("verdict")
      if let verdict = trace.verdict { self.verdict(verdict, &json) } else { json.null() }
    }
    writer.newLine()
    return writer.bytes
  }

  private static func steps(_ steps: [Step], _ json: inout JSONWriter) {
    json.array { json in
      for step in steps {
        json.object { json in
          text("kind", step.kind.rawValue, &json)
          text("text", step.text, &json)
          text("setting", step.setting, &json)
          text("file", step.location?.file, &json)
          json.name("line")
          if let line = step.location?.line { json.number(line) } else { json.null() }
          json.name("steps")
          self.steps(step.steps, &json)
        }
      }
    }
  }

  private static func verdict(_ verdict: Verdict, _ json: inout JSONWriter) {
    json.object { json in
      text("reply", reply(verdict.reply), &json)
      text("quarantine", verdict.quarantine, &json)
      json.name("edits")
      json.array { json in for edit in verdict.edits { self.edit(edit, &json) } }
      json.name("log")
      json.array { json in for line in verdict.log { json.string(line.text) } }
    }
  }

  private static func edit(_ edit: MilterModification, _ json: inout JSONWriter) {
    json.object { json in
      switch edit {
      case .deleteHeader(let name, let occurrence):
        text("edit", "delete", &json)
        text("name", name, &json)
        json.name("occurrence")
        json.number(occurrence)
      case .insertHeader(let index, let name, let value):
        text("edit", "insert", &json)
        text("name", name, &json)
        json.name("index")
        json.number(index)
        // The space after the colon, which the value of a modification does not contain.
        text("value", " " + String(decoding: value, as: UTF8.self), &json)
      case .addRecipient(let path):
        text("edit", "add-recipient", &json)
        text("address", String(decoding: path, as: UTF8.self), &json)
      case .deleteRecipient(let path):
        text("edit", "delete-recipient", &json)
        text("address", String(decoding: path, as: UTF8.self), &json)
      default: break
      }
    }
  }

  private static func text(_ name: String, _ text: String?, _ json: inout JSONWriter) {
    json.name(name)
    if let text { json.string(text) } else { json.null() }
  }
}
