import Milter
import NIOCore
import Testing

@Suite struct OrderTests {
  /// The commands so far, and those that may follow; all others are errors.
  struct Stand: Sendable, CustomTestStringConvertible {
    var said: [MilterCommand]
    var verdict = MilterReply.continue
    var next: String
    var testDescription: String { said.last.map { "after \($0) and \(verdict)" } ?? "at the beginning" }
  }

  static let stands = [
    Stand(said: [], next: "OQ"),
    Stand(said: [.negotiate], next: "CADKQ"),
    Stand(said: [.negotiate, .connect], next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect], verdict: .reject, next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .helo], next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .mail], next: "HMURTLNADKQ"),
    Stand(said: [.negotiate, .connect, .mail], verdict: .accept, next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .unknown], next: "HMURTLNADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient], next: "HMURTLNADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient], verdict: .reject, next: "HMURTLNADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient], verdict: .accept, next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient, .data], next: "HMULNADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient, .header], next: "HMLNADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient, .endOfHeader], next: "HMBEADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient, .endOfHeader, .body], next: "HMBEADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .recipient, .endOfHeader, .endOfMessage], next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .abort], next: "HMUADKQ"),
    Stand(said: [.negotiate, .connect, .mail, .quitNewConnection], next: "CADKQ"),
  ]

  @Test(arguments: stands) func `every pair in and out of order`(_ stand: Stand) throws {
    for command in MilterCommand.allCases {
      var conversation = Conversation()
      try conversation.play(stand.said.dropLast().map(Packets.sample))
      try conversation.play(stand.said.suffix(1).map(Packets.sample), reply: stand.verdict)
      let letter = Character(Unicode.Scalar(command.rawValue))
      let last = stand.said.last
      if stand.next.contains(letter) {
        #expect(throws: Never.self, "\(command)") { try conversation.play([Packets.sample(command)]) }
      } else {
        #expect(throws: MilterError.outOfOrder(command, after: last), "\(command)") {
          try conversation.play([Packets.sample(command)])
        }
      }
    }
  }

  @Test func `stages that were not requested may be missing`() throws {
    var conversation = try Conversation(
      MilterRequirements(protocolOptions: [.noConnect, .noMail, .noRecipients, .noData, .noHeaders, .noEndOfHeader]))
    try conversation.play([.body, .endOfMessage, .body, .abort, .endOfMessage].map(Packets.sample))
    #expect(try conversation.takeLetters() == "cccc")
  }

  @Test func `a command before the answer is an error`() throws {
    for first in [MilterCommand.connect, .mail, .header] {
      var conversation = try Conversation(MilterRequirements())
      let path = [MilterCommand.connect, .mail].filter { _ in first != .connect }.prefix(first == .mail ? 1 : 2)
      try conversation.play(path.map(Packets.sample))
      _ = try conversation.ask(Packets.sample(first))
      #expect(throws: MilterError.unanswered(.header)) { try conversation.ask(Packets.sample(.header)) }
    }
  }

  @Test func `nothing is accepted before the offer is answered`() throws {
    var conversation = Conversation()
    _ = try conversation.ask(Packets.offer())
    #expect(throws: MilterError.unanswered(.connect)) { try conversation.ask(Packets.connect()) }
  }

  @Test func `ABORT is accepted at any time, also repeatedly`() throws {
    var conversation = try Conversation(MilterRequirements())
    let abort = MilterFrame(.abort)
    try conversation.play([abort, Packets.connect(), abort, abort])
    #expect(!conversation.seen.contains(.aborted))
    try conversation.play([Packets.sample(.mail), abort, abort, Packets.sample(.mail), Packets.sample(.header), abort])
    #expect(conversation.seen.filter { $0 == .aborted }.count == 2)
  }

  @Test func `ABORT cancels a pending event`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play([.connect, .mail, .endOfHeader].map(Packets.sample))
    _ = try conversation.ask(MilterFrame(.endOfMessage))
    #expect(try conversation.ask(MilterFrame(.abort)) == .aborted)
    #expect(throws: MilterContractViolation.nothingToAnswer) {
      try conversation.session.answer(.accept, into: &conversation.out)
    }
    #expect(try conversation.takeLetters() == "ccc")
  }

  @Test func `a new MAIL gives up the message before it`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play([.connect, .mail, .header, .mail, .header].map(Packets.sample))
    #expect(conversation.seen.filter { $0 == .aborted }.count == 1)
    #expect(try conversation.takeLetters() == "ccccc")
  }

  @Test func `a new client begins before CONNECT`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play(
      [Packets.macros(.connect, ("j", "first")), Packets.connect(), Packets.sample(.mail)])
    #expect(try conversation.ask(MilterFrame(.quitNewConnection)) == .clientDisconnected)
    #expect(conversation.session.macros["j"] == nil)
    try conversation.play([Packets.connect(), Packets.sample(.mail)])
    #expect(conversation.session.isInMessage)
  }

  @Test func `the last part of the body comes before the end`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play([.connect, .mail, .endOfHeader].map(Packets.sample))
    try conversation.play([Packets.raw(.endOfMessage, "tail")])
    #expect(conversation.seen.suffix(2) == [.event(.body(ByteBuffer(string: "tail"))), .event(.endOfMessage)])
    #expect(try conversation.takeLetters() == "cccc")
  }

  @Test func `a verdict on the last part of the body answers the end of the message`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play([.connect, .mail, .endOfHeader].map(Packets.sample))
    try conversation.play([Packets.raw(.endOfMessage, "tail")], reply: .reject)
    #expect(conversation.seen.last == .event(.body(ByteBuffer(string: "tail"))))
    #expect(try conversation.takeLetters() == "cccr")
    #expect(!conversation.session.isInMessage)
  }
}
