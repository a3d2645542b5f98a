import DKIMCore
import DKIMMilter

/// The results for one message, before they are formatted.
struct MessageReport: Sendable {
  let name: String
  let header: MessageHeader
  let verification: VerificationReport
  /// For each result, what may have happened to the message, in sentences; empty unless this was requested.
  let causes: [[String]]
  let time: Timestamp

  /// The results from the top of the message down; empty if it is not signed, or if the header exceeds a limit before
  /// the first signature.
  var results: [VerificationResult] { verification.results }

  /// Whether a signature shows that the message was changed.
  var hasChanged: Bool { results.contains { $0.bodyHash == .differs || $0.headerHash == .differs } }

  /// The domain of the first address in the first From field; `nil` if it cannot be read.
  var authorDomain: DomainName? {
    guard let position = header.positions(of: .from).first else { return nil }
    return try? MailAddress(firstOf: header.value(of: position).span).domain
  }

  var verdict: MessageStatus {
    let words = results.map(\.code)
    if words.contains(.pass) { return .pass }
    if words.contains(.temperror) { return .temporaryError }
    return words.isEmpty && header.excess == nil ? .unsigned : .failure
  }
}

/// The outcome of a message.
enum MessageStatus: Sendable, CaseIterable {
  /// At least one signature passes.
  case pass
  /// No signature passes.
  case failure
  case unsigned
  /// No signature passes, and at least one of them may pass later.
  case temporaryError
  /// The message could not be read.
  case unreadable
}

/// The counts of outcomes, for the summary and the exit status.
struct Tally: Sendable {
  private var counts: [MessageStatus: Int] = [:]
  private var worstInput = ExitStatus.success
  /// The number of failed messages that were changed, and for which no cause was searched.
  private(set) var unexplained = 0

  var total: Int { counts.values.reduce(0, +) }

  /// - Parameter isUnexplained: whether `--explain` may find out more about the message.
  mutating func count(_ verdict: MessageStatus, isUnexplained: Bool = false) {
    counts[verdict, default: 0] += 1
    if isUnexplained, verdict == .failure { unexplained += 1 }
  }

  mutating func count(_ failure: CommandFailure) {
    count(.unreadable)
    // A missing file takes precedence over invalid contents.
    if worstInput != .noInput { worstInput = failure.status }
  }

  /// The exit status. In order of precedence: an input could not be read, a message has no signature that passes, every
  /// failure was temporary.
  var status: ExitStatus {
    if worstInput != .success { return worstInput }
    if counts[.failure] != nil || counts[.unsigned] != nil { return .failure }
    return counts[.temporaryError] == nil ? .success : .temporaryFailure
  }

  /// `2000 messages: 1990 pass, 10 not signed`
  var summary: String {
    let words: [MessageStatus: String] = [
      .pass: "pass", .failure: "fail", .unsigned: "not signed", .temporaryError: "temporary errors",
      .unreadable: "not read",
    ]
    let parts = MessageStatus.allCases.compactMap { verdict in
      counts[verdict].map { "\($0) \(words[verdict] ?? "")" }
    }
    return "\(total) message\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
  }
}
