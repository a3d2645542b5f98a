/// A command from an MTA to a filter: the first byte of a packet.
public enum MilterCommand: UInt8, Sendable, Hashable, CaseIterable {
  /// SMFIC_ABORT: the message is aborted.
  case abort = 0x41  // A
  /// SMFIC_BODY: a body chunk.
  case body = 0x42  // B
  /// SMFIC_CONNECT: an SMTP client has connected.
  case connect = 0x43  // C
  /// SMFIC_MACRO: macros for the command that follows.
  case macros = 0x44  // D
  /// SMFIC_BODYEOB: the message is complete; may carry a last body chunk.
  case endOfMessage = 0x45  // E
  /// SMFIC_HELO.
  case helo = 0x48  // H
  /// SMFIC_QUIT_NC: the client has disconnected; another one follows on the same connection.
  case quitNewConnection = 0x4B  // K
  /// SMFIC_HEADER: one header field.
  case header = 0x4C  // L
  /// SMFIC_MAIL.
  case mail = 0x4D  // M
  /// SMFIC_EOH: the header is complete.
  case endOfHeader = 0x4E  // N
  /// SMFIC_OPTNEG: the MTA's offer.
  case negotiate = 0x4F  // O
  /// SMFIC_QUIT: the MTA ends the connection.
  case quit = 0x51  // Q
  /// SMFIC_RCPT.
  case recipient = 0x52  // R
  /// SMFIC_DATA, since version 4.
  case data = 0x54  // T
  /// SMFIC_UNKNOWN: an SMTP command that the MTA does not know, since version 3.
  case unknown = 0x55  // U

  /// Whether the command ends the message or the connection, and so cancels pending events. These commands get no
  /// reply.
  var withdraws: Bool { self == .abort || self == .quit || self == .quitNewConnection }
}

extension MilterCommand: CustomStringConvertible {
  /// The name of the SMTP command or the part of the message.
  public var description: String {
    switch self {
    case .abort: "ABORT"
    case .body: "BODY"
    case .connect: "CONNECT"
    case .macros: "MACRO"
    case .endOfMessage: "END OF MESSAGE"
    case .helo: "HELO"
    case .quitNewConnection: "QUIT_NC"
    case .header: "HEADER"
    case .mail: "MAIL"
    case .endOfHeader: "END OF HEADER"
    case .negotiate: "OPTNEG"
    case .quit: "QUIT"
    case .recipient: "RCPT"
    case .data: "DATA"
    case .unknown: "UNKNOWN"
    }
  }
}

/// The kind of a packet from a filter to an MTA: its first byte.
public enum MilterReplyLetter: UInt8, Sendable, Hashable, CaseIterable {
  /// SMFIR_ADDRCPT.
  case addRecipient = 0x2B  // +
  /// SMFIR_DELRCPT.
  case deleteRecipient = 0x2D  // -
  /// SMFIR_ADDRCPT_PAR: a recipient with ESMTP parameters.
  case addRecipientWithParameters = 0x32  // 2
  /// SMFIR_SHUTDOWN: 421, the MTA ends the SMTP session.
  case shutdown = 0x34  // 4
  /// SMFIR_ACCEPT.
  case accept = 0x61  // a
  /// SMFIR_REPLBODY: a chunk of the new body.
  case replaceBody = 0x62  // b
  /// SMFIR_CONTINUE.
  case `continue` = 0x63  // c
  /// SMFIR_DISCARD.
  case discard = 0x64  // d
  /// SMFIR_CHGFROM.
  case changeSender = 0x65  // e
  /// SMFIR_CONN_FAIL.
  case connectionFailure = 0x66  // f
  /// SMFIR_ADDHEADER.
  case addHeader = 0x68  // h
  /// SMFIR_INSHEADER.
  case insertHeader = 0x69  // i
  /// SMFIR_CHGHEADER.
  case changeHeader = 0x6D  // m
  /// SMFIC_OPTNEG, as the answer to the offer.
  case negotiate = 0x4F  // O
  /// SMFIR_PROGRESS: the filter is still working; not a verdict.
  case progress = 0x70  // p
  /// SMFIR_QUARANTINE.
  case quarantine = 0x71  // q
  /// SMFIR_REJECT.
  case reject = 0x72  // r
  /// SMFIR_SKIP: the filter needs no more of the body.
  case skip = 0x73  // s
  /// SMFIR_TEMPFAIL.
  case tempfail = 0x74  // t
  /// SMFIR_REPLYCODE.
  case replyCode = 0x79  // y

  /// Whether the packet answers the command; false for modifications and progress replies.
  public var isVerdict: Bool {
    switch self {
    case .shutdown, .accept, .continue, .discard, .connectionFailure, .negotiate, .reject, .skip, .tempfail,
      .replyCode:
      true
    case .addRecipient, .deleteRecipient, .addRecipientWithParameters, .replaceBody, .changeSender, .addHeader,
      .insertHeader, .changeHeader, .progress, .quarantine:
      false
    }
  }
}
