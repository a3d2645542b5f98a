/// Protocol options: which steps of the conversation are omitted, and how the others work (SMFIP).
public struct MilterProtocolOptions: OptionSet, Sendable, Hashable {
  /// The bits of the protocol.
  public let rawValue: UInt32
  /// Creates options from the bits of the protocol.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// SMFIP_NOCONNECT: do not send CONNECT.
  public static let noConnect = Self(rawValue: 1 << 0)
  /// SMFIP_NOHELO: do not send HELO.
  public static let noHelo = Self(rawValue: 1 << 1)
  /// SMFIP_NOMAIL: do not send MAIL.
  public static let noMail = Self(rawValue: 1 << 2)
  /// SMFIP_NORCPT: do not send RCPT.
  public static let noRecipients = Self(rawValue: 1 << 3)
  /// SMFIP_NOBODY: do not send the body.
  public static let noBody = Self(rawValue: 1 << 4)
  /// SMFIP_NOHDRS: do not send header fields.
  public static let noHeaders = Self(rawValue: 1 << 5)
  /// SMFIP_NOEOH: do not send the end of the header.
  public static let noEndOfHeader = Self(rawValue: 1 << 6)
  /// SMFIP_NR_HDR: no reply to header fields.
  public static let noReplyHeader = Self(rawValue: 1 << 7)
  /// SMFIP_NOUNKNOWN: do not send unknown commands.
  public static let noUnknown = Self(rawValue: 1 << 8)
  /// SMFIP_NODATA: do not send DATA.
  public static let noData = Self(rawValue: 1 << 9)
  /// SMFIP_SKIP: the MTA supports the reply `skip`, which means that the filter needs no more of the body.
  public static let skip = Self(rawValue: 1 << 10)
  /// SMFIP_RCPT_REJ: also send recipients that the MTA has rejected.
  public static let rejectedRecipients = Self(rawValue: 1 << 11)
  /// SMFIP_NR_CONN: no reply to CONNECT.
  public static let noReplyConnect = Self(rawValue: 1 << 12)
  /// SMFIP_NR_HELO: no reply to HELO.
  public static let noReplyHelo = Self(rawValue: 1 << 13)
  /// SMFIP_NR_MAIL: no reply to MAIL.
  public static let noReplyMail = Self(rawValue: 1 << 14)
  /// SMFIP_NR_RCPT: no reply to RCPT.
  public static let noReplyRecipient = Self(rawValue: 1 << 15)
  /// SMFIP_NR_DATA: no reply to DATA.
  public static let noReplyData = Self(rawValue: 1 << 16)
  /// SMFIP_NR_UNKN: no reply to unknown commands.
  public static let noReplyUnknown = Self(rawValue: 1 << 17)
  /// SMFIP_NR_EOH: no reply to the end of the header.
  public static let noReplyEndOfHeader = Self(rawValue: 1 << 18)
  /// SMFIP_NR_BODY: no reply to body chunks.
  public static let noReplyBody = Self(rawValue: 1 << 19)
  /// SMFIP_HDR_LEADSPC: header field values include the space after the colon, in both directions.
  public static let headerLeadingSpace = Self(rawValue: 1 << 20)
  /// SMFIP_MDS_256K: body chunks of up to 256 KiB.
  public static let chunks256K = Self(rawValue: 1 << 28)
  /// SMFIP_MDS_1M: body chunks of up to 1 MiB.
  public static let chunks1M = Self(rawValue: 1 << 29)

  /// All options that Postfix offers: everything up to `headerLeadingSpace`.
  public static let all = Self(rawValue: 0x1F_FFFF)

  /// Returns the options that a version of the protocol defines. Version 2 defines the first seven.
  static func known(toVersion version: UInt32) -> Self {
    switch version {
    case ...2: Self(rawValue: 0x7F)
    case 3: Self(rawValue: 0x17F)
    case 4, 5: Self(rawValue: 0x37F)
    default: Self(rawValue: 0x301F_FFFF)
    }
  }

  /// Returns the bit that turns off the reply to `command`; `nil` for commands that have none.
  static func noReply(to command: MilterCommand) -> Self? {
    switch command {
    case .connect: .noReplyConnect
    case .helo: .noReplyHelo
    case .mail: .noReplyMail
    case .recipient: .noReplyRecipient
    case .data: .noReplyData
    case .unknown: .noReplyUnknown
    case .header: .noReplyHeader
    case .endOfHeader: .noReplyEndOfHeader
    case .body: .noReplyBody
    case .abort, .macros, .endOfMessage, .quitNewConnection, .negotiate, .quit: nil
    }
  }
}

extension MilterProtocolOptions: CustomStringConvertible {
  private static let names = [
    "NOCONNECT", "NOHELO", "NOMAIL", "NORCPT", "NOBODY", "NOHDRS", "NOEOH", "NR_HDR", "NOUNKNOWN", "NODATA", "SKIP",
    "RCPT_REJ", "NR_CONN", "NR_HELO", "NR_MAIL", "NR_RCPT", "NR_DATA", "NR_UNKN", "NR_EOH", "NR_BODY", "HDR_LEADSPC",
    "", "", "", "", "", "", "", "MDS_256K", "MDS_1M",
  ]

  /// The protocol's names of the bits, separated by spaces.
  public var description: String { BitNames.list(rawValue, Self.names) }
}
