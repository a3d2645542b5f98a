/// A filter's reply to an event.
public enum MilterReply: Sendable, Hashable {
  /// Continue. At the end of a message, accept the message.
  case `continue`
  /// Accept the message (at CONNECT and HELO: all mail of the client) without further events.
  case accept
  /// Reject the message, the recipient, the command or the client permanently.
  case reject
  /// Reject temporarily.
  case tempfail
  /// Accept the message from the client and silently drop it.
  case discard
  /// Reject with the filter's own reply code and text.
  case replyCode(MilterReplyCode)
  /// Skip the rest of the body.
  ///
  /// Valid only for a body chunk, and only if `MilterAgreement.allowsSkip` is true. If the MTA sends more nevertheless,
  /// those chunks are processed as well.
  case skip
  /// Make the connection to the client fail. Valid only for CONNECT.
  case connectionFailure
  /// End the SMTP session with 421.
  case shutdown
}

/// A filter's answer to an event: modifications and a verdict. Both are sent in one write.
public struct MilterResponse: Sendable, Hashable {
  /// The modifications, in the order in which the MTA makes them. Valid only at the end of a message.
  public var modifications: [MilterModification]
  /// The verdict.
  public var reply: MilterReply

  /// Creates a response.
  public init(_ reply: MilterReply, modifications: [MilterModification] = []) {
    self.reply = reply
    self.modifications = modifications
  }

  /// Continues; accepts the message at its end.
  public static let `continue` = MilterResponse(.continue)
  /// Accepts the message without further events.
  public static let accept = MilterResponse(.accept)
  /// Rejects permanently.
  public static let reject = MilterResponse(.reject)
  /// Rejects temporarily.
  public static let tempfail = MilterResponse(.tempfail)
  /// Accepts the message from the client and drops it.
  public static let discard = MilterResponse(.discard)
  /// Skips the rest of the body.
  public static let skip = MilterResponse(.skip)
}

/// A change that a filter makes to a message.
///
/// The value of a header field is what follows the colon and one space, as in ``MilterHeaderField/value``: for
/// `Subject: a`, it is `a`. The session adds the space if the MTA does not add it itself. A line fold is an LF and the
/// white space that follows it, or CRLF, which is sent as LF. A value that would end the field is refused.
public enum MilterModification: Sendable, Hashable {
  /// Adds a field at the end of the header.
  case addHeader(name: String, value: [UInt8])
  /// Inserts a field before the one with this index; 0 is the top.
  ///
  /// Postfix also counts its own Received field, which it does not send to filters.
  case insertHeader(index: UInt32, name: String, value: [UInt8])
  /// Replaces the value of the index-th field of this name, counted from the top, starting at 1. An empty value does not
  /// delete the field.
  case changeHeader(name: String, index: UInt32, value: [UInt8])
  /// Deletes the index-th field of this name.
  ///
  /// Delete from the highest index down: some MTAs renumber the fields after each deletion.
  case deleteHeader(name: String, index: UInt32)
  /// Adds a recipient.
  case addRecipient([UInt8])
  /// Adds a recipient with ESMTP parameters, separated by spaces.
  case addRecipientWithParameters([UInt8], parameters: [UInt8])
  /// Removes a recipient, written exactly as the MTA sent it.
  case deleteRecipient([UInt8])
  /// Replaces the envelope sender, with or without ESMTP parameters.
  case changeSender([UInt8], parameters: [UInt8]?)
  /// Replaces the body; use CRLF line endings. Any length is allowed; several of these modifications are concatenated.
  case replaceBody([UInt8])
  /// Quarantines the message.
  case quarantine(reason: [UInt8])

  /// The action that must have been agreed on for this modification.
  public var neededAction: MilterActions {
    switch self {
    case .addHeader, .insertHeader: .addHeaders
    case .changeHeader, .deleteHeader: .changeHeaders
    case .addRecipient: .addRecipients
    case .addRecipientWithParameters: .addRecipientsWithParameters
    case .deleteRecipient: .deleteRecipients
    case .changeSender: .changeSender
    case .replaceBody: .changeBody
    case .quarantine: .quarantine
    }
  }

  /// Creates a modification that adds a field at the end of the header. CRLF in the value becomes LF.
  public static func addHeader(_ name: String, _ value: String) -> Self {
    .addHeader(name: name, value: withoutCarriageReturns(value.utf8))
  }

  /// Creates a modification that inserts a field. CRLF in the value becomes LF.
  public static func insertHeader(_ name: String, _ value: String, at index: UInt32 = 0) -> Self {
    .insertHeader(index: index, name: name, value: withoutCarriageReturns(value.utf8))
  }

  /// Creates a modification that inserts a field. CRLF in the value becomes LF.
  public static func insertHeader(_ name: String, _ value: some Sequence<UInt8>, at index: UInt32 = 0) -> Self {
    .insertHeader(index: index, name: name, value: withoutCarriageReturns(value))
  }
}
