import Milter
import NIOCore
import Testing

@Suite struct MalformedPacketTests {
  /// A conversation in which `command` may follow.
  private static func before(_ command: MilterCommand) throws -> Conversation {
    var conversation = try Conversation(MilterRequirements())
    let order: [MilterCommand] = [.connect, .helo, .mail, .recipient, .data, .header, .endOfHeader]
    let path: [MilterCommand] =
      switch command {
      case .connect, .macros, .negotiate, .quit, .abort, .quitNewConnection: []
      case .helo, .mail, .unknown: [.connect]
      case .recipient, .data: [.connect, .mail]
      case .header, .endOfHeader: Array(order.prefix(5))
      case .body, .endOfMessage: order
      }
    try conversation.play(path.map(Packets.sample))
    return conversation
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var command: MilterCommand
    var bytes: String
    var error: MilterError

    init(_ name: String, _ command: MilterCommand, _ bytes: String, _ error: MilterError) {
      (self.name, self.command, self.bytes, self.error) = (name, command, bytes, error)
    }

    var testDescription: String { "\(command): \(name)" }
  }

  static let cases: [Case] = [
    Case("no octets", .connect, "", .missingNUL(.connect)),
    Case("no NUL behind the host", .connect, "host", .missingNUL(.connect)),
    Case("no family", .connect, "host\0", .badLength(.connect, found: 5, expected: 6)),
    Case("an unknown family", .connect, "host\0X", .unknownAddressFamily(0x58)),
    Case("half a port", .connect, "host\u{0}4\u{1}", .badLength(.connect, found: 7, expected: 8)),
    Case("no address", .connect, "host\u{0}4\u{1}\u{1}", .missingNUL(.connect)),
    Case("no NUL behind the address", .connect, "h\u{0}4\u{1}\u{1}192.0.2.1", .missingNUL(.connect)),
    Case("an IPv6 address as IPv4", .connect, "h\u{0}4\u{1}\u{1}::1\0", .badAddress(family: 0x34, text: "::1")),
    Case(
      "an IPv4 address as IPv6", .connect, "h\u{0}6\u{1}\u{1}192.0.2.1\0",
      .badAddress(family: 0x36, text: "192.0.2.1")),
    Case("a name for an address", .connect, "h\u{0}4\u{1}\u{1}a\u{7}b\0", .badAddress(family: 0x34, text: "a?b")),
    Case(
      "a long name for an address", .connect, "h\u{0}4\u{1}\u{1}" + String(repeating: "a", count: 81) + "\0",
      .badAddress(family: 0x34, text: String(repeating: "a", count: 80))),
    Case(
      "octets behind the address", .connect, "h\u{0}4\u{1}\u{1}192.0.2.1\0x\0",
      .badStringCount(.connect, found: 2, expected: 1)),
    Case("no NUL", .helo, "name", .missingNUL(.helo)),
    Case("nothing", .helo, "", .missingNUL(.helo)),
    Case("a NUL within", .helo, "na\0me\0", .badStringCount(.helo, found: 2, expected: 1)),
    Case("octets behind the NUL", .helo, "name\0x", .missingNUL(.helo)),
    Case("nothing", .mail, "", .missingNUL(.mail)),
    Case("no NUL", .mail, "<a@b>", .missingNUL(.mail)),
    Case("no NUL behind a parameter", .mail, "<a@b>\0SIZE=1", .missingNUL(.mail)),
    Case("no NUL", .recipient, "<a@b>", .missingNUL(.recipient)),
    Case("octets", .data, "x", .badLength(.data, found: 1, expected: 0)),
    Case("no NUL", .unknown, "XYZZY", .missingNUL(.unknown)),
    Case("nothing", .header, "", .missingNUL(.header)),
    Case("a name only", .header, "Subject\0", .badStringCount(.header, found: 1, expected: 2)),
    Case("no NUL behind the value", .header, "Subject\0hello", .missingNUL(.header)),
    Case("no name", .header, "\0hello\0", .emptyName(.header)),
    Case("a NUL within the value", .header, "Subject\0he\0llo\0", .badStringCount(.header, found: 3, expected: 2)),
    Case("octets", .endOfHeader, "x", .badLength(.endOfHeader, found: 1, expected: 0)),
    Case("octets", .abort, "x", .badLength(.abort, found: 1, expected: 0)),
    Case("octets", .quit, "x", .badLength(.quit, found: 1, expected: 0)),
    Case("octets", .quitNewConnection, "xy", .badLength(.quitNewConnection, found: 2, expected: 0)),
    Case("no stage", .macros, "", .badLength(.macros, found: 0, expected: 1)),
    Case("an unknown stage", .macros, "Zi\u{0}1\0", .unknownMacroStage(0x5A)),
    Case("a stage without macros", .macros, "Ai\u{0}1\0", .unknownMacroStage(0x41)),
    Case("a name without a value", .macros, "Ci\0", .badStringCount(.macros, found: 1, expected: 2)),
    Case("no NUL behind a name", .macros, "Ci", .missingNUL(.macros)),
    Case("no NUL behind a value", .macros, "Ci\u{0}1", .missingNUL(.macros)),
    Case("no name", .macros, "C\u{0}1\0", .emptyName(.macros)),
  ]

  @Test(arguments: cases) func `is an error that says what was found`(_ one: Case) throws {
    var conversation = try Self.before(one.command)
    #expect(throws: one.error) { try conversation.ask(Packets.raw(one.command, one.bytes)) }
    #expect(one.error.description.unicodeScalars.allSatisfy { $0.value > 0x1F && $0.value < 0x7F })
  }

  @Test func `an offer shorter than twelve bytes is an error`() {
    for length in 0..<12 {
      var conversation = Conversation()
      let frame = MilterFrame(.negotiate, payload: ByteBuffer(repeating: 0, count: length))
      #expect(throws: MilterError.badLength(.negotiate, found: length, expected: 12)) { try conversation.ask(frame) }
    }
  }

  @Test func `every byte that is not a command is an error`() throws {
    for letter in UInt8.min...UInt8.max where MilterCommand(rawValue: letter) == nil {
      var conversation = try Self.before(.mail)
      #expect(throws: MilterError.unknownCommand(letter)) { try conversation.ask(MilterFrame(letter: letter)) }
    }
  }

  @Test func `every sample cut short never crashes`() throws {
    for command in MilterCommand.allCases {
      let whole = Packets.sample(command)
      for length in 0..<whole.payload.readableBytes {
        var conversation = command == .negotiate ? Conversation() : try Self.before(command)
        let cut = MilterFrame(command, payload: try #require(whole.payload.getSlice(at: 0, length: length)))
        _ = try? conversation.ask(cut)
      }
    }
  }
}
