import DKIMCore
import Milter

/// The output of `-t` for one message, in OpenDKIM's format: results and changes on standard output, the replies of the
/// filter on standard error.
struct TestReport: Sendable {
  private let name: String
  /// 0: results. 1: also the reply that ends the conversation. 2: every step and change. 3: also log lines.
  private let verbosity: Int
  /// Keys are from TestPublicKeys, so nothing is known about DNSSEC.
  private let readsKeyFile: Bool
  private static var program: String { ProgramName.current.rawValue }

  /// - Parameter name: the file name as given by the user; `-` is standard input.
  init(_ name: String, verbosity: Int, readsKeyFile: Bool) {
    self.name = name == "-" ? "(stdin)" : name
    self.verbosity = verbosity
    self.readsKeyFile = readsKeyFile
  }

  // MARK: Steps

  func connected() {
    if verbosity > 1 { Terminal.error("\(Self.program): mlfi_connect() returned SMFIS_CONTINUE\n") }
  }

  /// Prints the reply to a step.
  /// - Parameters:
  ///   - line: the line of a header field in the file.
  ///   - word: a word that replaces the name of the reply.
  func returned(_ step: String, _ reply: MilterReply, line: Int? = nil, word: String? = nil) {
    guard verbosity > 1 || verbosity == 1 && reply != .continue else { return }
    let location = line.map { "line \($0): " } ?? ""
    write("\(location)mlfi_\(step)() returned SMFIS_\(word ?? Self.word(reply))")
  }

  /// Prints the verdict.
  /// - Parameters:
  ///   - excess: the reason why a part of the header was not read; `nil` if all was read.
  ///   - step: the step whose reply decides on the message.
  func show(_ verdict: Verdict, _ decision: Decision, _ excess: MessageHeader.Excess?, endsWith step: String) {
    if verbosity > 2 { for line in verdict.log { write(line.text) } }
    if verbosity > 1 { showChanges(verdict) } else { showSignatures(verdict) }
    showResults(verdict, decision, excess)
    returned(step, verdict.reply)
    if verbosity > 1 { Terminal.error("\(Self.program): mlfi_close() returned SMFIS_CONTINUE\n") }
  }

  private func showChanges(_ verdict: Verdict) {
    for edit in verdict.edits {
      switch edit {
      case .insertHeader(let index, let name, let value):
        Terminal.output("### INSHEADER: idx=\(index) hname='\(name)' hvalue='\(Self.text(value))'\n")
      case .deleteHeader(let name, let index):
        Terminal.output("### CHGHEADER: hname='\(name)' idx=\(index) hvalue='(null)'\n")
      default: break
      }
    }
    if let reason = verdict.quarantine { Terminal.output("### QUARANTINE: reason='\(reason)'\n") }
    if case .replyCode(let reply) = verdict.reply {
      let text = reply.lines.joined(separator: " ")
      Terminal.output("### SETREPLY: rcode='\(reply.code)' xcode='\(reply.enhanced ?? "")' replytxt='\(text)'\n")
    }
  }

  /// Prints the file name and the DKIM-Signature field for each signature that the filter adds.
  private func showSignatures(_ verdict: Verdict) {
    for edit in verdict.edits {
      guard case .insertHeader(_, SignatureField.name, let value) = edit else { continue }
      Terminal.output("\(Self.program): \(name):\n\(SignatureField.name): \(Self.text(value))\n")
    }
  }

  // MARK: Results

  /// Prints a line for each signature, with the same reason as in Authentication-Results.
  private func showResults(_ verdict: Verdict, _ decision: Decision, _ excess: MessageHeader.Excess?) {
    guard case .verify(let plan) = decision.action else { return }
    if let malformation = plan.malformation {
      write(malformation)
    } else if verdict.signatures.isEmpty, let excess {
      write(excess.unseenSignatures)
    } else if verdict.signatures.isEmpty {
      Terminal.output("\(Self.program): \(name): message not signed\n")
    }
    for signature in verdict.signatures { Terminal.output("\(Self.program): \(name): \(line(signature))\n") }
  }

  /// `verification (s=S, d=D, 2048-bit key) succeeded`
  private func line(_ signature: EvaluatedSignature) -> String {
    let result = signature.result
    let (selector, domain) = (result.tags.selector ?? "-", result.tags.domain ?? "-")
    let bits = result.key?.record?.keyBits ?? 0
    if signature.code == .pass { return "verification (s=\(selector), d=\(domain), \(bits)-bit key) succeeded" }
    let security = readsKeyFile ? "unknown" : result.key?.secure == true ? "secure" : "insecure"
    return "verification (s=\(selector) d=\(domain), \(bits)-bit key, \(security)) failed: "
      + (signature.reason ?? signature.code.rawValue) + (signature.setting.map { " (\($0))" } ?? "")
  }

  /// Explains an exit status that is not the result of a signature.
  func settledEarly(_ verdict: Verdict) {
    guard verbosity < 2 else { return }
    switch verdict.reply {
    case .replyCode(let reply): write("refused at the end of the header: \(reply)")
    case .reject: write("refused at the end of the header")
    case .discard: write("discarded at the end of the header")
    case .tempfail, .connectionFailure, .shutdown: write("deferred at the end of the header")
    case .accept, .continue, .skip:
      write("accepted at the end of the header, neither signed nor verified; dkimtool explain shows why")
    }
  }

  func warn(_ text: String) { write("warning: \(text)") }

  func write(_ text: String) { Terminal.error("\(Self.program): \(name): \(text)\n") }

  private static func word(_ reply: MilterReply) -> String {
    switch reply {
    case .accept: "ACCEPT"
    case .continue: "CONTINUE"
    case .discard: "DISCARD"
    case .skip: "SKIP"
    case .tempfail, .connectionFailure, .shutdown: "TEMPFAIL"
    case .reject: "REJECT"
    case .replyCode(let reply): reply.code < 500 ? "TEMPFAIL" : "REJECT"
    }
  }

  private static func text(_ value: [UInt8]) -> String { String(decoding: value, as: UTF8.self) }
}
