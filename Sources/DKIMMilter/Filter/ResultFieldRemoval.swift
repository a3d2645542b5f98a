import DKIMConfiguration
import DKIMCore
import Milter

/// The removal of Authentication-Results fields that claim to be from this host or from a host in `RemoveARFrom`.
/// // RFC 8601 §5
struct ResultFieldRemoval {
  /// Deletions from the last field to the first, so that earlier ones do not change the numbers of later ones.
  private(set) var edits: [MilterModification] = []
  private(set) var log: [LogEvent] = []
  private(set) var steps: [Explanation.Step] = []
  private let names: Set<String>
  private let parents: [String]
  private let removesAll: Bool

  /// Tolerance for fields with this host's name. Bare words are not skipped there: otherwise, `dkim=pass` in
  /// `spf=pass dkim=pass` would be a result among the properties.
  private static let toleratedInOurs = AuthenticationResults.Tolerance.inTheField.subtracting(.bareWords)
  /// The most lines logged about individual fields.
  private static let maximumNotes = 10

  init(_ header: MessageHeader, late: ResultFieldsPastLimit, in context: MessageContext) {
    let rules = context.configuration.results
    removesAll = rules.removeARAll
    let listed = rules.removeARFrom + [context.authservName]
    names = Set(listed.filter { !$0.hasPrefix(".") }.map(AuthenticationResults.normalizedAuthservID))
    parents = rules.removeARFrom.filter { $0.hasPrefix(".") }.map {
      "." + AuthenticationResults.normalizedAuthservID(String($0.dropFirst()))
    }
    guard !rules.keepAuthResults else { return }
    for number in late.late {
      remove(number, "it is beyond the header size limit")
    }
    for (i, position) in header.positions(of: .authenticationResults).enumerated().reversed() {
      examine(header.value(of: position), number: UInt32(clamping: i + 1))
    }
  }

  private mutating func examine(_ value: [UInt8], number: UInt32) {
    let claim = AuthenticationResults.claimedAuthservID(of: value.span)
    // This is not a domain name, which would have A-labels here, but people or other programs may read it as a local
    // name.
    if let claim, !claim.utf8.allSatisfy({ $0 < 0x80 }) { return removeUnparsed(number) }
    let isAdditional = claim.map(isAdditional) ?? false
    let parsed = try? AuthenticationResults(
      parsing: value.span, tolerating: isAdditional ? Self.toleratedInOurs : .inTheField)
    if let claim, isAdditional {
      guard let parsed else { return removeUnparsed(number) }
      if removesAll || parsed.results.contains(where: { $0.method == .dkim }) {
        remove(number, "it claims to be by \(claim)")
      }
    } else if parsed == nil {
      // Other programs may still find a local name in it.
      if mentionsUs(value) { removeUnparsed(number) } else { note(.resultFieldNotParsed(removed: false)) }
    }
  }

  private func isAdditional(_ claim: String) -> Bool {
    names.contains(claim) || parents.contains { claim.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// Compares bytes, so that a combining mark or joiner after the name cannot hide its last letter.
  private func mentionsUs(_ value: [UInt8]) -> Bool {
    let text = Array(String(decoding: value, as: UTF8.self).lowercased().utf8)
    return names.contains { !$0.isEmpty && text.contains($0.utf8) } || parents.contains { text.contains($0.utf8) }
  }

  private mutating func remove(_ number: UInt32, _ why: String) {
    edits.append(.deleteHeader(name: AuthenticationResults.fieldName, index: number))
    note(.resultFieldRemoved(why))
  }

  private mutating func removeUnparsed(_ number: UInt32) {
    edits.append(.deleteHeader(name: AuthenticationResults.fieldName, index: number))
    note(.resultFieldNotParsed(removed: true))
  }

  private mutating func note(_ event: LogEvent) {
    guard log.count < Self.maximumNotes else { return }
    log.append(event)
    steps.append(.init(.note, event.text))
  }
}

extension Verdict {
  /// Removes forged results from a message that is not refused. Returns false if that is impossible; then the message
  /// is refused.
  mutating func removeResultFields(
    _ header: MessageHeader, late: ResultFieldsPastLimit, in context: MessageContext
  ) -> Bool {
    if let why = late.obstacle, !context.configuration.results.keepAuthResults {
      // Fields that stay would be trusted, so the message must not be accepted.
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
