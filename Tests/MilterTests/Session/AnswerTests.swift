import Milter
import NIOCore
import Testing

@Suite struct AnswerTests {
  /// A session at the end of a message.
  private func atEnd(_ options: MilterProtocolOptions = .headerLeadingSpace, actions: MilterActions = .all) throws
    -> Conversation
  {
    var talk = try Conversation(MilterRequirements(wantedActions: actions, protocolOptions: options))
    try talk.play([.connect, .mail, .recipient, .data, .endOfHeader].map(Packets.sample))
    _ = try talk.ask(MilterFrame(.endOfMessage))
    talk.out.clear()
    return talk
  }

  private func sent(_ modification: MilterModification, _ options: MilterProtocolOptions = .headerLeadingSpace) throws
    -> String
  {
    var talk = try atEnd(options)
    try talk.session.answer(MilterResponse(.accept, modifications: [modification]), into: &talk.out)
    let frames = try Packets.frames(talk.out)
    #expect(frames.count == 2 && frames.last?.letter == MilterReplyLetter.accept.rawValue)
    return frames.first.map { String(decoding: [$0.letter], as: UTF8.self) + String(buffer: $0.payload) } ?? ""
  }

  @Test func `each modification is encoded as the protocol specifies`() throws {
    #expect(try sent(.addHeader("X-A", "b")) == "hX-A\0 b\0")
    #expect(try sent(.insertHeader("X-A", "b", at: 1)) == "i\0\0\0\u{1}X-A\0 b\0")
    #expect(try sent(.changeHeader(name: "S", index: 2, value: Array("v".utf8))) == "m\0\0\0\u{2}S\0 v\0")
    #expect(try sent(.deleteHeader(name: "S", index: 3)) == "m\0\0\0\u{3}S\0\0")
    #expect(try sent(.addRecipient(Array("<a@b>".utf8))) == "+<a@b>\0")
    #expect(
      try sent(.addRecipientWithParameters(Array("<a@b>".utf8), parameters: Array("NOTIFY=NEVER".utf8)))
        == "2<a@b>\0NOTIFY=NEVER\0")
    #expect(try sent(.deleteRecipient(Array("<a@b>".utf8))) == "-<a@b>\0")
    #expect(try sent(.changeSender(Array("<a@b>".utf8), parameters: nil)) == "e<a@b>\0")
    #expect(try sent(.changeSender(Array("<a@b>".utf8), parameters: Array("RET=HDRS".utf8))) == "e<a@b>\0RET=HDRS\0")
    #expect(try sent(.quarantine(reason: Array("why".utf8))) == "qwhy\0")
    #expect(try sent(.replaceBody(Array("a\r\nb".utf8))) == "ba\r\nb")
    #expect(try sent(.replaceBody([])) == "b")
  }

  @Test func `folds become LF`() throws {
    #expect(try sent(.addHeader(name: "X", value: Array("a\r\n\tb\n c".utf8))) == "hX\0 a\n\tb\n c\0")
  }

  @Test func `the blank is left out if the MTA adds its own`() throws {
    #expect(try sent(.addHeader("X", "a"), []) == "hX\0a\0")
    #expect(try sent(.addHeader(name: "X", value: Array(" a".utf8)), []) == "hX\0 a\0")
    #expect(try sent(.addHeader(name: "X", value: Array(" a".utf8))) == "hX\0  a\0")
    #expect(try sent(.addHeader("X", "\ta"), []) == "hX\0\ta\0")
    #expect(try sent(.addHeader("X", "\r\n\ta")) == "hX\0 \n\ta\0")
  }

  @Test(arguments: [[], .headerLeadingSpace] as [MilterProtocolOptions])
  func `an empty value does not delete the field`(_ options: MilterProtocolOptions) throws {
    #expect(try sent(.changeHeader(name: "X", index: 1, value: []), options) == "m\0\0\0\u{1}X\0 \0")
    #expect(try sent(.addHeader("X", ""), options) == "hX\0 \0")
    #expect(try sent(.deleteHeader(name: "X", index: 1), options) == "m\0\0\0\u{1}X\0\0")
  }

  @Test func `values of modifications have no CR`() {
    let wanted = MilterModification.insertHeader(index: 2, name: "X", value: Array("a\n\tb\n c".utf8))
    #expect(MilterModification.insertHeader("X", "a\r\n\tb\n c", at: 2) == wanted)
    #expect(MilterModification.insertHeader("X", Array("a\r\n\tb\r\n c".utf8), at: 2) == wanted)
    #expect(MilterModification.addHeader("X", "a\r\n b") == .addHeader(name: "X", value: Array("a\n b".utf8)))
  }

  @Test(arguments: [
    "\0", "a\0b", "a\rb", "a\r", "a\r\r\n\tb", "a\nb", "a\n", "a\r\n", "a\r\nX: y", "\n",
  ])
  func `values that would end the field are refused`(_ value: String) throws {
    var talk = try atEnd()
    let response = MilterResponse(.accept, modifications: [.addHeader("X", "good"), .addHeader("X", value)])
    #expect(throws: MilterContractViolation.self) { try talk.session.answer(response, into: &talk.out) }
    #expect(talk.out.readableBytes == 0)
    try talk.session.answer(.accept, into: &talk.out)
    #expect(try talk.takeLetters() == "a")
  }

  @Test(arguments: ["\0", "a\rb", "a\n"])
  func `texts with line breaks or NUL are refused`(_ text: String) throws {
    for modification in [MilterModification.quarantine(reason: Array(text.utf8)), .addRecipient(Array(text.utf8))] {
      var talk = try atEnd()
      let response = MilterResponse(.accept, modifications: [modification])
      #expect(throws: MilterContractViolation.self) { try talk.session.answer(response, into: &talk.out) }
      #expect(talk.out.readableBytes == 0)
    }
  }

  @Test(arguments: ["", "a b", "a:", "ä", "a\0", "a\n"])
  func `invalid names are refused`(_ name: String) throws {
    var talk = try atEnd()
    let response = MilterResponse(.accept, modifications: [.addHeader(name, "x")])
    #expect(throws: MilterContractViolation.self) { try talk.session.answer(response, into: &talk.out) }
  }

  @Test func `a long body is sent in parts that every MTA accepts`() throws {
    var talk = try atEnd()
    let body = [UInt8](repeating: 0x61, count: 200_000)
    try talk.session.answer(MilterResponse(.accept, modifications: [.replaceBody(body)]), into: &talk.out)
    let frames = try Packets.frames(talk.out)
    #expect(frames.dropLast().map(\.payload.readableBytes) == [65_535, 65_535, 65_535, 3395])
  }

  @Test func `modifications that were not agreed on are refused`() throws {
    var talk = try atEnd(actions: .addHeaders)
    let response = MilterResponse(.accept, modifications: [.addHeader("X", "y"), .deleteHeader(name: "Y", index: 1)])
    #expect(throws: MilterContractViolation.actionNotAgreed(.changeHeaders)) {
      try talk.session.answer(response, into: &talk.out)
    }
    #expect(talk.out.readableBytes == 0)
  }

  @Test func `modifications before the end are refused`() throws {
    var talk = try Conversation(MilterRequirements(wantedActions: .all))
    try talk.play([Packets.connect()])
    _ = try talk.ask(Packets.sample(.mail))
    let response = MilterResponse(.continue, modifications: [.addHeader("X", "y")])
    #expect(throws: MilterContractViolation.modificationTooEarly(at: .mail)) {
      try talk.session.answer(response, into: &talk.out)
    }
  }

  @Test func `every verdict has its letter`() throws {
    let verdicts: [(MilterReply, String)] = [
      (.continue, "c"), (.accept, "a"), (.reject, "r"), (.tempfail, "t"), (.discard, "d"), (.shutdown, "4"),
    ]
    for (reply, letter) in verdicts {
      var talk = try atEnd()
      try talk.session.answer(MilterResponse(reply), into: &talk.out)
      #expect(try talk.takeLetters() == letter)
      #expect(!talk.session.isInMessage)
    }
  }

  @Test func `replies that a command does not have are refused`() throws {
    for (reply, letter) in [(MilterReply.skip, MilterReplyLetter.skip), (.discard, .discard)] {
      var talk = try Conversation(MilterRequirements(protocolOptions: .skip))
      _ = try talk.ask(Packets.connect())
      #expect(throws: MilterContractViolation.replyNotAllowed(letter, to: .connect)) {
        try talk.session.answer(MilterResponse(reply), into: &talk.out)
      }
      try talk.session.answer(MilterResponse(.connectionFailure), into: &talk.out)
    }
    var talk = try atEnd()
    #expect(throws: MilterContractViolation.replyNotAllowed(.connectionFailure, to: .endOfMessage)) {
      try talk.session.answer(MilterResponse(.connectionFailure), into: &talk.out)
    }
  }

  @Test func `after skip the message continues, also if more of the body arrives`() throws {
    var talk = try Conversation(MilterRequirements(protocolOptions: .skip))
    try talk.play([.connect, .mail, .endOfHeader].map(Packets.sample))
    talk.out.clear()
    try talk.play([Packets.sample(.body), Packets.sample(.body)], reply: .skip)
    try talk.play([MilterFrame(.endOfMessage)])
    #expect(try talk.takeLetters() == "ssc")
  }

  @Test func `skip is refused if it was not agreed on or no reply is expected`() throws {
    for options in [[], [.skip, .noReplyBody]] as [MilterProtocolOptions] {
      var talk = try Conversation(MilterRequirements(protocolOptions: options))
      try talk.play([.connect, .mail, .endOfHeader].map(Packets.sample))
      _ = try talk.ask(Packets.sample(.body))
      #expect(throws: MilterContractViolation.replyNotAllowed(.skip, to: .body)) {
        try talk.session.answer(.skip, into: &talk.out)
      }
    }
  }

  @Test func `a verdict is refused if no reply was agreed on`() throws {
    var talk = try Conversation(MilterRequirements(protocolOptions: .noReplyHeader))
    try talk.play([.connect, .mail].map(Packets.sample))
    _ = try talk.ask(Packets.sample(.header))
    #expect(throws: MilterContractViolation.noReplyDue(to: .header)) {
      try talk.session.answer(.reject, into: &talk.out)
    }
  }

  @Test func `signs of life are possible at the end only`() throws {
    var talk = try atEnd()
    try talk.session.writeProgress(into: &talk.out)
    try talk.session.answer(.accept, into: &talk.out)
    #expect(throws: MilterContractViolation.nothingToAnswer) { try talk.session.writeProgress(into: &talk.out) }
    #expect(try talk.takeLetters() == "pa")
  }

  @Test func `a refused recipient leaves the message going`() throws {
    var talk = try Conversation(MilterRequirements())
    try talk.play([.connect, .mail].map(Packets.sample))
    try talk.play([Packets.sample(.recipient)], reply: .reject)
    try talk.play([.recipient, .data].map(Packets.sample))
    #expect(try talk.takeLetters() == "ccrcc")
  }

  @Test func `reply codes go with their text`() throws {
    func text(_ code: MilterReplyCode) throws -> String {
      var talk = try atEnd()
      try talk.session.answer(MilterResponse(.replyCode(code)), into: &talk.out)
      return String(buffer: try #require(try Packets.frames(talk.out).first).payload)
    }
    #expect(try text(MilterReplyCode(550, enhanced: "5.7.1", "No")) == "550 5.7.1 No\0")
    #expect(try text(MilterReplyCode(451, "100% later")) == "451 100%% later\0")
    #expect(try text(MilterReplyCode(550)) == "550 \0")
    #expect(
      try text(MilterReplyCode(550, enhanced: "5.7.1", "a", "b")) == "550-5.7.1 a\r\n550 5.7.1 b\0")
  }

  @Test func `invalid reply codes are refused`() {
    for code in [0, 200, 250, 354, 399, 600, -450] {
      #expect(throws: MilterContractViolation.self) { try MilterReplyCode(code) }
    }
    for enhanced in ["", "4.7.1", "5.7", "5.7.1.1", "5.7.1000", "5..1", "5.x.1", "5.7.1 "] {
      #expect(throws: MilterContractViolation.self) { try MilterReplyCode(550, enhanced: enhanced) }
    }
    for text in ["a\0", "a\r", "a\n", "a\r\nb", String(repeating: "x", count: 481)] {
      #expect(throws: MilterContractViolation.self) { try MilterReplyCode(550, text) }
    }
    #expect(throws: MilterContractViolation.self) { try MilterReplyCode(550, lines: Array(repeating: "", count: 33)) }
  }
}
