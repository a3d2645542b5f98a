/// A protocol error of the MTA. It ends the connection on which it occurred and affects no other.
public enum MilterError: Error, Sendable, Hashable {
  /// A packet of length 0, without a command.
  case emptyPacket
  /// A packet longer than the limit. Both numbers include the command and its payload.
  case packetTooLong(length: Int, limit: Int)
  /// The connection ended in the middle of a packet. Both numbers include the four bytes of the length.
  case truncatedPacket(found: Int, expected: Int)
  /// A command that the protocol does not define.
  case unknownCommand(UInt8)
  /// More or fewer bytes than the command requires.
  case badLength(MilterCommand, found: Int, expected: Int)
  /// The last string does not end in NUL.
  case missingNUL(MilterCommand)
  /// More or fewer strings than the command requires; a NUL inside a string has the same effect.
  case badStringCount(MilterCommand, found: Int, expected: Int)
  /// A header field or a macro without a name.
  case emptyName(MilterCommand)
  /// The family of the client's address is not U, L, 4 or 6.
  case unknownAddressFamily(UInt8)
  /// The client's address is not a valid address of its family.
  case badAddress(family: UInt8, text: String)
  /// Macros for a command that cannot have any.
  case unknownMacroStage(UInt8)
  /// More macros for one command than the limit.
  case tooManyMacros(found: Int, limit: Int)
  /// More bytes of macros for one command than the limit.
  case macrosTooLong(found: Int, limit: Int)
  /// A command that is not valid at this point.
  case outOfOrder(MilterCommand, after: MilterCommand?)
  /// A command that arrived before the previous one was answered.
  case unanswered(MilterCommand)
}

extension MilterError: CustomStringConvertible {
  /// The error as text, for logs; contains no line endings or control characters.
  public var description: String {
    switch self {
    case .emptyPacket: "a packet of length 0; expected at least a command"
    case .packetTooLong(let length, let limit): "a packet of \(length) bytes; at most \(limit) are accepted"
    case .truncatedPacket(let found, let expected):
      "the connection ended after \(found) of the \(expected) bytes of a packet"
    case .unknownCommand(let byte): "unknown command \(Self.shown(byte))"
    case .badLength(let command, let found, let expected):
      "\(command) with \(found) bytes; expected \(expected)"
    case .missingNUL(let command): "\(command) whose last string does not end in NUL"
    case .badStringCount(let command, let found, let expected):
      "\(command) with \(found) NUL-terminated strings; expected \(expected)"
    case .emptyName(let command): "\(command) with an empty name"
    case .unknownAddressFamily(let byte): "address family \(Self.shown(byte)); expected U, L, 4 or 6"
    case .badAddress(let family, let text): "\"\(text)\" is not an address of family \(Self.shown(family))"
    case .unknownMacroStage(let byte): "macros for \(Self.shown(byte)), which is not a command that can have macros"
    case .tooManyMacros(let found, let limit): "\(found) macros for one command; at most \(limit) are accepted"
    case .macrosTooLong(let found, let limit): "\(found) bytes of macros; at most \(limit) are accepted"
    case .outOfOrder(let command, let after):
      after.map { "\(command) after \($0): out of order" } ?? "\(command) where OPTNEG was expected"
    case .unanswered(let command): "\(command) before the previous command was answered"
    }
  }

  private static func shown(_ byte: UInt8) -> String {
    if byte > 0x20 && byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }
}
