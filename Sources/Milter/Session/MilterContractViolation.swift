/// An answer of the filter that the protocol does not allow at this point: a programming error in the filter.
public enum MilterContractViolation: Error, Sendable, Hashable {
  /// No event waits for an answer.
  case nothingToAnswer
  /// It was agreed that this command gets no reply; only `continue` is possible.
  case noReplyDue(to: MilterCommand)
  /// The reply is not valid for this command.
  case replyNotAllowed(MilterReplyLetter, to: MilterCommand)
  /// A modification before the end of the message.
  case modificationTooEarly(at: MilterCommand)
  /// A modification whose action was not agreed on.
  case actionNotAgreed(MilterActions)
  /// A reply code, enhanced code or text that cannot be sent, with the reason.
  case badReplyCode(String)
  /// A name or a value in a modification that cannot be sent, with the reason.
  case badModification(MilterReplyLetter, String)
}

extension MilterContractViolation: CustomStringConvertible {
  /// The error as text, for logs.
  public var description: String {
    switch self {
    case .nothingToAnswer: "an answer without an event that waits for it"
    case .noReplyDue(let command): "a reply to \(command), which was negotiated to get no reply"
    case .replyNotAllowed(let letter, let command): "the reply \(letter) is not valid for \(command)"
    case .modificationTooEarly(let command): "a modification at \(command); expected only at END OF MESSAGE"
    case .actionNotAgreed(let action): "a modification that requires \(action), which was not negotiated"
    case .badReplyCode(let reason): "the reply code cannot be sent: \(reason)"
    case .badModification(let letter, let reason): "the modification \(letter) cannot be sent: \(reason)"
    }
  }
}
