import DKIMConfiguration
import DKIMCore

/// Takes Authentication-Results fields out that claim to be ours, or that of a host whose word counts here.
/// // RFC 8601 §5
struct ResultFieldRemoval {
  /// From the last field to the first: whatever numbers change, those that follow do not.
  private(set) var edits: [HeaderEdit] = []
  private(set) var log: [LogEvent] = []
  private(set) var steps: [Explanation.Step] = []
  private let names: Set<String>
  private let parents: [String]
  private let removesAll: Bool

  /// Nothing may be passed over where our name stands: `spf=pass dkim=pass` would have a result among its properties.
  private static let toleratedInOurs = AuthenticationResults.Tolerance.inTheField.subtracting(.bareWords)
  /// Lines logged about single fields.
  private static let maximumNotes = 10

  init(_ header: MessageHeader, late: LateResultFields, in context: MessageContext) {
    let rules = context.configuration.results
    removesAll = rules.removeARAll
    let listed = rules.removeARFrom + [context.authservName]
    names = Set(listed.filter { !$0.hasPrefix(".") }.map(AuthenticationResults.normalizedAuthservID))
    parents = rules.removeARFrom.filter { $0.hasPrefix(".") }.map {
      "." + AuthenticationResults.normalizedAuthservID(String($0.dropFirst()))
    }
    guard !rules.keepAuthResults else { return }
    for number in late.late {
      remove(number, "it stands behind the part of the header that was looked at")
    }
    for (i, position) in header.positions(of: AuthenticationResults.fieldName).enumerated().reversed() {
      judge(header.value(of: position), number: UInt32(clamping: i + 1))
    }
  }

  private mutating func judge(_ value: [UInt8], number: UInt32) {
    let claim = AuthenticationResults.claimedAuthservID(of: value.span)
    // No domain, or it would have A-labels: something that people, or a reader that maps more characters, take for ours.
    if let claim, !claim.utf8.allSatisfy({ $0 < 0x80 }) { return removeUnparsed(number) }
    let isOurs = claim.map(isOurs) ?? false
    let parsed = try? AuthenticationResults(
      parsing: value.span, tolerating: isOurs ? Self.toleratedInOurs : .inTheField)
    if let claim, isOurs {
      guard let parsed else { return removeUnparsed(number) }
      if removesAll || parsed.results.contains(where: { $0.method == .dkim }) {
        remove(number, "it claims to be by \(claim)")
      }
    } else if parsed == nil {
      // Somebody may still read our name out of it.
      if mentionsUs(value) { removeUnparsed(number) } else { note(.resultFieldNotParsed(removed: false)) }
    }
  }

  private func isOurs(_ claim: String) -> Bool {
    names.contains(claim) || parents.contains { claim.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// By octets: a mark or joiner behind the name must not hide its last letter.
  private func mentionsUs(_ value: [UInt8]) -> Bool {
    let text = Array(String(decoding: value, as: UTF8.self).lowercased().utf8)
    return names.contains { !$0.isEmpty && text.contains($0.utf8) } || parents.contains { text.contains($0.utf8) }
  }

  private mutating func remove(_ number: UInt32, _ why: String) {
    edits.append(.delete(name: AuthenticationResults.fieldName, occurrence: number))
    note(.resultFieldRemoved(why))
  }

  private mutating func removeUnparsed(_ number: UInt32) {
    edits.append(.delete(name: AuthenticationResults.fieldName, occurrence: number))
    note(.resultFieldNotParsed(removed: true))
  }

  private mutating func note(_ event: LogEvent) {
    guard log.count < Self.maximumNotes else { return }
    log.append(event)
    steps.append(.init(.note, event.text))
  }
}

extension Verdict {
  /// Takes forged results out of a message that goes on. False where that cannot be done: then it is refused.
  mutating func removeResultFields(
    _ header: MessageHeader, late: LateResultFields, in context: MessageContext
  ) -> Bool {
    if let why = late.obstacle, !context.configuration.results.keepAuthResults {
      // Any that stayed would be believed, so the message does not go on.
      reply = Refusal.headerTooLarge.reply(to: .reject)
      quarantine = nil
      explanation.steps.append(.init(.result, "\(why); the message is refused"))
      return false
    }
    let removal = ResultFieldRemoval(header, late: late, in: context)
    edits = removal.edits
    log += removal.log.map { context.line($0) }
    explanation.steps += removal.steps
    return true
  }
}
