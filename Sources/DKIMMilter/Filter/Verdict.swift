package import DKIMCore
package import Milter

/// The outcome of a message: the reply to the MTA, changes to the message, log lines and counters.
package struct Verdict: Sendable {
  package var reply: MilterReply
  /// Header changes in the order in which they have to be sent; they can be sent only at the end of the message.
  package var edits: [MilterModification] = []
  /// The reason for quarantining the message; `nil` if it is not quarantined.
  package var quarantine: String?
  package var log: [LogLine] = []
  package var counts: [Count] = []
  package var explanation = Explanation()
  /// The failures that the signers may want reports about.
  package var incidents: [FailureIncident] = []
  /// The files to write for the administrator.
  package var files: [DiagnosticFile] = []
  /// The signatures that were verified, in the order of Authentication-Results.
  var signatures: [EvaluatedSignature] = []
  /// The verified message; `nil` if the message was not verified, or refused before.
  var verified: VerifiedMessage?
  /// The record for the statistics file; `nil` unless the message was verified and `Statistics` is set.
  package var statistics: StatisticsRecord?

  package init(reply: MilterReply) {
    self.reply = reply
  }

  /// An event that the metrics count.
  package enum Count: Sendable, Hashable {
    /// A signature was made.
    case signed(KeyType)
    /// A message that should have been signed was not.
    case signingFailed
    /// A signature was verified, with this result.
    case verified(DKIMResultCode)
    /// A message to be verified had no signature.
    case unsigned
    /// The message was neither signed nor verified.
    case leftAlone
    /// The decision failed: a data set was unavailable, or a key could not be read.
    case failed
  }
}

extension Verdict {
  /// The reply and the changes, as the milter protocol has them.
  package var response: MilterResponse {
    var modifications = edits
    if let quarantine { modifications.append(.quarantine(reason: Array(quarantine.utf8))) }
    return MilterResponse(reply, modifications: modifications)
  }
}

extension MilterReply {
  /// Creates a reply that refuses a message.
  ///
  /// If the protocol does not allow the text, it is left out, but the kind of reply stays.
  /// - Parameters:
  ///   - code: A 4yz or 5yz SMTP code.
  ///   - enhanced: An enhanced status code of the same class. // RFC 3463
  ///   - text: One line of printable ASCII.
  package static func refuse(code: Int, enhanced: String, text: String) -> MilterReply {
    let reply = try? MilterReplyCode(code, enhanced: enhanced, text)
    return reply.map(MilterReply.replyCode) ?? (code < 500 ? .tempfail : .reject)
  }

  package static func reject(_ text: String, enhanced: String = "5.7.0") -> MilterReply {
    .refuse(code: 550, enhanced: enhanced, text: text)
  }

  package static func tempfail(_ text: String, enhanced: String = "4.7.0") -> MilterReply {
    .refuse(code: 451, enhanced: enhanced, text: text)
  }
}
