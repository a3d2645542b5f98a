/// The stages of a conversation at which macros are sent, in their order.
public enum MilterStage: Int, Sendable, Hashable, CaseIterable {
  /// The client connects.
  case connect
  /// HELO or EHLO.
  case helo
  /// A command that the MTA does not know.
  case unknown
  /// MAIL, with the envelope sender.
  case mail
  /// RCPT, with one recipient.
  case recipient
  /// DATA.
  case data
  /// One header field.
  case header
  /// The end of the header.
  case endOfHeader
  /// A chunk of the body.
  case body
  /// The end of the message.
  case endOfMessage

  /// The command that follows the macros.
  public var command: MilterCommand {
    switch self {
    case .connect: .connect
    case .helo: .helo
    case .unknown: .unknown
    case .mail: .mail
    case .recipient: .recipient
    case .data: .data
    case .header: .header
    case .endOfHeader: .endOfHeader
    case .body: .body
    case .endOfMessage: .endOfMessage
    }
  }

  /// Creates the stage of a command's letter; `nil` if no macros are sent for the command.
  init?(letter: UInt8) {
    switch MilterCommand(rawValue: letter) {
    case .connect: self = .connect
    case .helo: self = .helo
    case .unknown: self = .unknown
    case .mail: self = .mail
    case .recipient: self = .recipient
    case .data: self = .data
    case .header: self = .header
    case .endOfHeader: self = .endOfHeader
    case .body: self = .body
    case .endOfMessage: self = .endOfMessage
    case .abort, .macros, .quitNewConnection, .negotiate, .quit, nil: return nil
    }
  }

  /// The number of the stage's symbol list (SMFIM); `nil` if the protocol defines none.
  public var symbolListNumber: UInt32? {
    switch self {
    case .connect: 0
    case .helo: 1
    case .mail: 2
    case .recipient: 3
    case .data: 4
    case .endOfMessage: 5
    case .endOfHeader: 6
    case .unknown, .header, .body: nil
    }
  }

  /// Whether the macros of this stage describe the client and apply to all of its messages; the others end with a
  /// message.
  var isOfConnection: Bool { self == .connect || self == .helo }
}
