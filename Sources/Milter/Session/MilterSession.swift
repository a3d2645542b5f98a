public import NIOCore

/// One connection of an MTA: packets in, events out, answers checked and written. A value with no socket.
///
/// For each packet call `receive`, deal with what it returns, then ask `nextInput` until it has no more. Each event is
/// answered by `answer`, also where no reply is due: `continue` then writes nothing.
public struct MilterSession: Sendable {
  /// What was agreed on; `nil` before.
  public private(set) var agreement: MilterAgreement?
  /// What the MTA has told so far.
  public internal(set) var macros = MilterMacros()
  /// The limits.
  public let limits: MilterLimits

  var phase = MilterPhase.offer
  /// What waits for an answer.
  var question: Question?
  /// What comes after that answer.
  var followUp: MilterEvent?
  /// True where macros for MAIL came after the last MAIL.
  var hasFreshMailMacros = false
  private var offer: MilterOffer?
  /// The last command that was not macros.
  private(set) var lastCommand: MilterCommand?

  struct Question: Sendable, Hashable {
    var command: MilterCommand
    /// False where a no-reply bit was agreed on.
    var replyIsDue: Bool
    /// A last piece of the body that came with the end of the message: a verdict on it answers that.
    var isTrailingBody = false
  }

  /// What a packet means.
  public enum Input: Sendable, Hashable {
    /// Nothing to do.
    case nothing
    /// To be answered by `agree`.
    case offer(MilterOffer)
    /// To be answered by `answer`.
    case event(MilterEvent)
    /// The message at hand was given up. Nothing is due.
    case aborted
    /// The client has gone; another CONNECT follows. A message at hand was given up. Nothing is due.
    case clientGone
    /// The MTA ends the connection. Nothing is due.
    case quit
  }

  /// A connection that has just begun.
  public init(limits: MilterLimits = .standard) { self.limits = limits }

  /// True from MAIL to the verdict or ABORT.
  public var isInMessage: Bool { phase.isInMessage }

  /// The command whose event waits for its answer.
  public var unansweredCommand: MilterCommand? { question?.command }

  /// True where a reply has to be sent for the event that waits.
  public var replyIsDue: Bool { question?.replyIsDue ?? false }

  // MARK: Packets

  /// A packet of the MTA. Those that end something may come before an answer is given; the answer is then not due any
  /// more.
  public mutating func receive(_ frame: MilterFrame) throws(MilterError) -> Input {
    guard let command = MilterCommand(rawValue: frame.letter) else { throw .unknownCommand(frame.letter) }
    // An ABORT is about a message: it takes back no question about the client.
    let mayInterrupt = command.withdraws && (command != .abort || phase.isInMessage)
    if (question != nil || offer != nil || followUp != nil) && !mayInterrupt { throw .unanswered(command) }
    if agreement == nil && command != .negotiate && command != .quit { throw .outOfOrder(command, after: nil) }
    let input = try input(command, frame.payload)
    if command != .macros { lastCommand = command }
    return input
  }

  /// What else the last packet means, once what it meant first is dealt with.
  public mutating func nextInput() -> Input? {
    guard question == nil, let event = followUp else { return nil }
    followUp = nil
    return .event(ask(event))
  }

  private mutating func input(_ command: MilterCommand, _ payload: ByteBuffer) throws(MilterError) -> Input {
    switch command {
    case .negotiate:
      guard agreement == nil else { throw .outOfOrder(command, after: lastCommand) }
      let made = try PacketReader.offer(payload)
      offer = made
      return .offer(made)
    case .macros: return try receiveMacros(payload)
    case .quit:
      try PacketReader.nothing(payload, command)
      forgetQuestion()
      return .quit
    case .abort:
      try PacketReader.nothing(payload, command)
      return abort()
    case .quitNewConnection:
      try PacketReader.nothing(payload, command)
      forgetQuestion()
      startClient()
      return .clientGone
    case .connect, .helo, .mail, .recipient, .data, .unknown, .header, .endOfHeader, .body, .endOfMessage:
      let interrupts = try admit(command)
      return try event(command, payload, interrupts)
    }
  }

  private mutating func receiveMacros(_ payload: ByteBuffer) throws(MilterError) -> Input {
    var rest = payload
    guard let letter = rest.readInteger(as: UInt8.self) else { throw .badLength(.macros, found: 0, expected: 1) }
    guard let stage = MilterStage(letter: letter) else { throw .unknownMacroStage(letter) }
    try macros.replace(stage, rest, limits)
    if stage == .mail { hasFreshMailMacros = true }
    return .nothing
  }

  private mutating func event(
    _ command: MilterCommand, _ payload: ByteBuffer, _ interrupts: Bool
  ) throws(MilterError) -> Input {
    let event: MilterEvent
    switch command {
    case .connect: event = .connect(try PacketReader.client(payload))
    case .helo: event = .helo(try PacketReader.string(payload, command))
    case .mail: event = .mail(try PacketReader.envelope(payload, command))
    case .recipient: event = .recipient(try PacketReader.envelope(payload, command))
    case .unknown: event = .unknown(try PacketReader.string(payload, command))
    case .header: event = try PacketReader.header(payload)
    case .body: event = .body(payload)
    case .endOfMessage: return endOfMessage(payload)
    case .data, .endOfHeader, .abort, .macros, .quitNewConnection, .negotiate, .quit:
      try PacketReader.nothing(payload, command)
      event = command == .data ? .data : .endOfHeader
    }
    if interrupts {
      finishMessage(keepMail: command == .mail && hasFreshMailMacros)
      followUp = event
      return .aborted
    }
    return .event(ask(event))
  }

  /// An end that carries a piece of the body is that piece first.
  private mutating func endOfMessage(_ payload: ByteBuffer) -> Input {
    guard payload.readableBytes > 0 else { return .event(ask(.endOfMessage)) }
    followUp = .endOfMessage
    question = Question(command: .body, replyIsDue: false, isTrailingBody: true)
    phase = .body
    return .event(.body(payload))
  }

  // MARK: Answers

  /// Answers the offer.
  /// - Throws: what keeps the filter from working with this MTA; nothing is written then.
  public mutating func agree(
    to wishes: MilterWishes, into out: inout ByteBuffer
  ) throws(MilterRefusal) -> MilterAgreement {
    guard let offer else { throw .unwilling("nothing was offered") }
    let agreement = try wishes.agreement(on: offer)
    self.offer = nil
    self.agreement = agreement
    startClient()
    PacketWriter.write(agreement, wishes.symbolLists, into: &out)
    return agreement
  }

  /// Answers the event that waits. All of it is written, or nothing and the event still waits.
  public mutating func answer(_ response: MilterResponse, into out: inout ByteBuffer) throws(MilterMisuse) {
    guard let question, let agreement else { throw .nothingToAnswer }
    try check(response, question, agreement)
    let start = out.writerIndex
    for modification in response.modifications {
      do {
        try PacketWriter.write(modification, agreement, limit: limits.packetSize, into: &out)
      } catch {
        out.moveWriterIndex(to: start)
        throw error
      }
    }
    self.question = nil
    if question.replyIsDue || endsTrailingBody(question, response.reply) { write(response.reply, into: &out) }
    advance(question, response.reply)
  }

  /// A sign of life while the verdict at the end of a message takes its time.
  public func writeProgress(into out: inout ByteBuffer) throws(MilterMisuse) {
    guard question?.command == .endOfMessage else { throw .nothingToAnswer }
    PacketWriter.write(.progress, into: &out)
  }

  private func write(_ reply: MilterReply, into out: inout ByteBuffer) {
    if case .replyCode(let code) = reply {
      PacketWriter.write(code, into: &out)
    } else {
      PacketWriter.write(reply.letter, into: &out)
    }
  }
}

extension MilterReply {
  /// How it is told.
  public var letter: MilterReplyLetter {
    switch self {
    case .continue: .continue
    case .accept: .accept
    case .reject: .reject
    case .tempfail: .tempfail
    case .discard: .discard
    case .replyCode: .replyCode
    case .skip: .skip
    case .connectionFailure: .connectionFailure
    case .shutdown: .shutdown
    }
  }
}
