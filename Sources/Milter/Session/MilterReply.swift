/// A filter's answer to an event.
public enum MilterReply: Sendable, Hashable {
  /// Go on. At the end of a message: the message goes on its way.
  case `continue`
  /// The message (at CONNECT and HELO: the client) is let pass, with no more questions.
  case accept
  /// The message, the recipient, the command or the client is refused for good.
  case reject
  /// Refused for now.
  case tempfail
  /// The message is taken and thrown away, with no word to anybody.
  case discard
  /// Refused in the filter's own words.
  case replyCode(MilterReplyCode)
  /// No more of the body is wanted. Only to a piece of the body, and where `MilterAgreement.allowsSkip`. An MTA that
  /// sends more nevertheless is listened to.
  case skip
  /// The connection to the client fails. Only to CONNECT.
  case connectionFailure
  /// 421: the SMTP session is ended.
  case shutdown
}

/// What a filter answers: what is to be changed, and the verdict. Both leave in one write.
public struct MilterResponse: Sendable, Hashable {
  /// In the order they are to happen; only at the end of a message.
  public var modifications: [MilterModification]
  public var reply: MilterReply

  /// A response.
  public init(_ reply: MilterReply, modifications: [MilterModification] = []) {
    self.reply = reply
    self.modifications = modifications
  }

  public static let `continue` = MilterResponse(.continue)
  public static let accept = MilterResponse(.accept)
  public static let reject = MilterResponse(.reject)
  public static let tempfail = MilterResponse(.tempfail)
  public static let discard = MilterResponse(.discard)
  public static let skip = MilterResponse(.skip)
}

/// What a filter changes in a message.
///
/// Octets of header values stand as they are to stand behind the colon, with the blank: where the MTA puts it in itself
/// the session leaves it out. CRLF and LF may both be used for folds.
public enum MilterModification: Sendable, Hashable {
  /// A new field at the end of the header.
  case addHeader(name: String, value: [UInt8])
  /// A new field before the one with this index; 0 is the top. Postfix counts its own Received, which it does not show.
  case insertHeader(index: UInt32, name: String, value: [UInt8])
  /// Another value for the index-th field of this name, from 1, counted from the top.
  case changeHeader(name: String, index: UInt32, value: [UInt8])
  /// The index-th field of this name goes. Delete from the highest index down: some MTAs count anew after each.
  case deleteHeader(name: String, index: UInt32)
  /// Another recipient.
  case addRecipient([UInt8])
  /// Another recipient with ESMTP parameters, divided by blanks.
  case addRecipientWithParameters([UInt8], parameters: [UInt8])
  /// A recipient less, written as the MTA told it.
  case deleteRecipient([UInt8])
  /// Another sender, with ESMTP parameters or none.
  case changeSender([UInt8], parameters: [UInt8]?)
  /// Another body, with CRLF. It may be of any length; several are joined.
  case replaceBody([UInt8])
  /// The message is put on hold.
  case quarantine(reason: [UInt8])

  /// The action that has to be agreed on.
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

  /// A new field at the end of the header, with a blank behind the colon.
  public static func addHeader(_ name: String, _ value: String) -> Self {
    .addHeader(name: name, value: Array(" \(value)".utf8))
  }

  /// A new field, with a blank behind the colon.
  public static func insertHeader(_ name: String, _ value: String, at index: UInt32 = 0) -> Self {
    .insertHeader(index: index, name: name, value: Array(" \(value)".utf8))
  }
}
