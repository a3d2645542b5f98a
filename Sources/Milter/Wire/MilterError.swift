/// What is wrong with what the MTA sent. Any of these ends the connection it happened on, and nothing else.
public enum MilterError: Error, Sendable, Hashable {
  /// A packet of length 0: it has no command.
  case emptyPacket
  /// A packet longer than the limit; both count the command and what follows it.
  case packetTooLong(length: Int, limit: Int)
  /// The connection ended within a packet; both count the four octets of the length.
  case truncatedPacket(found: Int, expected: Int)
  /// A command that the protocol does not have.
  case unknownCommand(UInt8)
  /// More or fewer octets than the command has.
  case badLength(MilterCommand, found: Int, expected: Int)
  /// The last string does not end in NUL.
  case missingNUL(MilterCommand)
  /// More or fewer strings than the command has; a NUL within a string looks the same.
  case badStringCount(MilterCommand, found: Int, expected: Int)
  /// A header field or a macro without a name.
  case emptyName(MilterCommand)
  /// The family of the client's address is none of U, L, 4 and 6.
  case unknownAddressFamily(UInt8)
  /// The client's address is no address of its family.
  case badAddress(family: UInt8, text: String)
  /// Macros for a command that has none.
  case unknownMacroStage(UInt8)
  /// More macros for one command than the limit.
  case tooManyMacros(found: Int, limit: Int)
  /// More octets of macros for one command than the limit.
  case macrosTooLong(found: Int, limit: Int)
  /// A command that may not come now.
  case outOfOrder(MilterCommand, after: MilterCommand?)
  /// A command before the answer to the one before it.
  case unanswered(MilterCommand)
}

extension MilterError: CustomStringConvertible {
  /// In words, without line ends and control characters.
  public var description: String {
    switch self {
    case .emptyPacket: "a packet of length 0; expected at least a command"
    case .packetTooLong(let length, let limit): "a packet of \(length) octets; at most \(limit) are taken"
    case .truncatedPacket(let found, let expected):
      "the connection ended after \(found) octets of a packet of \(expected)"
    case .unknownCommand(let octet): "unknown command \(Self.shown(octet))"
    case .badLength(let command, let found, let expected):
      "\(command) with \(found) octets; expected \(expected)"
    case .missingNUL(let command): "\(command) whose last string does not end in NUL"
    case .badStringCount(let command, let found, let expected):
      "\(command) with \(found) strings that end in NUL; expected \(expected)"
    case .emptyName(let command): "\(command) with an empty name"
    case .unknownAddressFamily(let octet): "address family \(Self.shown(octet)); expected U, L, 4 or 6"
    case .badAddress(let family, let text): "\"\(text)\" is no address of family \(Self.shown(family))"
    case .unknownMacroStage(let octet): "macros for \(Self.shown(octet)), which is no command that has macros"
    case .tooManyMacros(let found, let limit): "\(found) macros for one command; at most \(limit) are taken"
    case .macrosTooLong(let found, let limit): "\(found) octets of macros; at most \(limit) are taken"
    case .outOfOrder(let command, let after):
      after.map { "\(command) after \($0): out of order" } ?? "\(command) where OPTNEG was expected"
    case .unanswered(let command): "\(command) before the answer to the command before it"
    }
  }

  private static func shown(_ octet: UInt8) -> String {
    if octet > 0x20 && octet < 0x7F { return "'\(Character(Unicode.Scalar(octet)))'" }
    let digits = String(octet, radix: 16, uppercase: true)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }
}
