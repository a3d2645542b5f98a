/// What a filter did that the protocol does not allow at this moment: a fault in the filter's program.
public enum MilterMisuse: Error, Sendable, Hashable {
  /// There is nothing to answer.
  case nothingToAnswer
  /// It was agreed that no reply is given to this command; only `continue` is possible.
  case noReplyDue(to: MilterCommand)
  /// A reply that this command does not have.
  case replyNotAllowed(MilterReplyLetter, to: MilterCommand)
  /// Messages can be changed at their end only.
  case modificationTooEarly(at: MilterCommand)
  /// The action was not agreed on.
  case actionNotAgreed(MilterActions)
  /// A reply code, enhanced code or text that cannot be sent, and why.
  case badReplyCode(String)
  /// A name or a value in a modification that cannot be sent, and why.
  case badModification(MilterReplyLetter, String)
}

extension MilterMisuse: CustomStringConvertible {
  /// In words.
  public var description: String {
    switch self {
    case .nothingToAnswer: "an answer where nothing was asked"
    case .noReplyDue(let command): "an answer to \(command), to which no reply was agreed on"
    case .replyNotAllowed(let letter, let command): "the reply \(letter) to \(command), which does not have it"
    case .modificationTooEarly(let command): "a modification at \(command); expected at END OF MESSAGE only"
    case .actionNotAgreed(let action): "a modification that needs \(action), which was not agreed on"
    case .badReplyCode(let reason): "a reply code that cannot be sent: \(reason)"
    case .badModification(let letter, let reason): "the modification \(letter) cannot be sent: \(reason)"
    }
  }
}
