import DKIMCore

/// What was found out about one message, before it is put into words.
struct MessageReport: Sendable {
  let name: String
  let header: MessageHeader
  /// From the top of the message down; empty for one that is not signed, or whose header was cut before the first.
  let results: [VerificationResult]
  /// For every result what may have happened to the message, in sentences; looked for only where asked.
  let findings: [[String]]
  let time: Timestamp

  /// A signature says that the message is not what was signed.
  var hasChanged: Bool { results.contains { $0.bodyHash == .differs || $0.headerHash == .differs } }

  /// The domain of the first address in the first From field; `nil` if it cannot be read.
  var authorDomain: DomainName? {
    guard let position = header.positions(of: "From").first else { return nil }
    return try? MailAddress(firstOf: header.value(of: position).span).domain
  }

  var verdict: Verdict {
    let words = results.map(\.word)
    if words.contains(.pass) { return .pass }
    if words.contains(.temperror) { return .temporaryError }
    return words.isEmpty && header.excess == nil ? .unsigned : .failure
  }
}

/// The messages of a run by what became of them.
enum Verdict: Sendable, CaseIterable {
  /// At least one signature passes.
  case pass
  /// None passes.
  case failure
  case unsigned
  /// None passes, and for at least one a later try may bring something else.
  case temporaryError
  /// The message could not be read.
  case unreadable
}

/// Counts, for the summary and the exit status.
struct Tally: Sendable {
  private var counts: [Verdict: Int] = [:]
  private var worstInput = ExitStatus.success
  /// Failed messages that were changed, and in which nothing was looked for.
  private(set) var unexplained = 0

  var total: Int { counts.values.reduce(0, +) }

  /// - Parameter isUnexplained: `--explain` may find out more about it.
  mutating func count(_ verdict: Verdict, isUnexplained: Bool = false) {
    counts[verdict, default: 0] += 1
    if isUnexplained, verdict == .failure { unexplained += 1 }
  }

  mutating func count(_ failure: CommandFailure) {
    count(.unreadable)
    // What is not there weighs more than what makes no sense.
    if worstInput != .noInput { worstInput = failure.status }
  }

  /// The first of: something was not read, a message without a signature that passes, one for which a later
  /// try may bring something else.
  var status: ExitStatus {
    if worstInput != .success { return worstInput }
    if counts[.failure] != nil || counts[.unsigned] != nil { return .failure }
    return counts[.temporaryError] == nil ? .success : .temporaryFailure
  }

  /// `2000 messages: 1990 pass, 10 not signed`
  var summary: String {
    let words: [Verdict: String] = [
      .pass: "pass", .failure: "fail", .unsigned: "not signed", .temporaryError: "temporary errors",
      .unreadable: "not read",
    ]
    let parts = Verdict.allCases.compactMap { verdict in
      counts[verdict].map { "\($0) \(words[verdict] ?? "")" }
    }
    return "\(total) message\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
  }
}
