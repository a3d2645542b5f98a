/// The actions that a filter may take on a message (SMFIF).
public struct MilterActions: OptionSet, Sendable, Hashable {
  /// The bits of the protocol.
  public let rawValue: UInt32
  /// Creates actions from the bits of the protocol.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// SMFIF_ADDHDRS: add and insert header fields.
  public static let addHeaders = Self(rawValue: 1 << 0)
  /// SMFIF_CHGBODY: replace the body.
  public static let changeBody = Self(rawValue: 1 << 1)
  /// SMFIF_ADDRCPT: add recipients.
  public static let addRecipients = Self(rawValue: 1 << 2)
  /// SMFIF_DELRCPT: delete recipients.
  public static let deleteRecipients = Self(rawValue: 1 << 3)
  /// SMFIF_CHGHDRS: change and delete header fields.
  public static let changeHeaders = Self(rawValue: 1 << 4)
  /// SMFIF_QUARANTINE: quarantine the message.
  public static let quarantine = Self(rawValue: 1 << 5)
  /// SMFIF_CHGFROM: change the envelope sender.
  public static let changeSender = Self(rawValue: 1 << 6)
  /// SMFIF_ADDRCPT_PAR: add recipients with ESMTP parameters.
  public static let addRecipientsWithParameters = Self(rawValue: 1 << 7)
  /// SMFIF_SETSYMLIST: choose the macros that the MTA sends.
  public static let setSymbolLists = Self(rawValue: 1 << 8)

  /// All actions of version 6.
  public static let all = Self(rawValue: 0x1FF)
}

extension MilterActions: CustomStringConvertible {
  private static let names = [
    "ADDHDRS", "CHGBODY", "ADDRCPT", "DELRCPT", "CHGHDRS", "QUARANTINE", "CHGFROM", "ADDRCPT_PAR", "SETSYMLIST",
  ]

  /// The protocol's names of the bits, separated by spaces.
  public var description: String { BitNames.list(rawValue, Self.names) }
}

enum BitNames {
  static func list(_ bits: UInt32, _ names: [String]) -> String {
    var words: [String] = []
    for bit in 0..<32 where bits & (1 << UInt32(bit)) != 0 {
      words.append(bit < names.count && !names[bit].isEmpty ? names[bit] : "bit \(bit)")
    }
    return words.isEmpty ? "none" : words.joined(separator: " ")
  }
}
