public import NIOCore

/// The protocol state of one connection from an MTA, without a socket.
///
/// It turns packets into events, and checks and writes the answers. For each packet, call `receive` and process the
/// input it returns, then call `nextInput` until it returns `nil`. Answer each event with `answer`, even if no reply is
/// due: `continue` then writes nothing.
public struct MilterSession: Sendable {
  /// The agreement with the MTA; `nil` before the negotiation.
  public private(set) var agreement: MilterAgreement?
  /// The macros that the MTA has sent so far.
  public internal(set) var macros = MilterMacros()
  /// The limits on what the MTA sends.
  public let limits: MilterLimits

  var phase = MilterPhase.offer
  /// The command that waits for an answer.
  var pendingCommand: PendingCommand?
  /// The event that follows once the pending one is answered.
  var followUp: MilterEvent?
  /// Whether macros for MAIL were received after the last MAIL.
  var hasFreshMailMacros = false
  private var offer: MilterOffer?
  /// The last command other than macros.
  private(set) var lastCommand: MilterCommand?

  struct PendingCommand: Sendable, Hashable {
    var command: MilterCommand
    /// False if a no-reply bit was agreed on.
    var replyIsDue: Bool
    /// Whether this is a last body chunk that came with the end of the message, which a verdict on the chunk also
    /// answers.
    var isTrailingBody = false
  }

  /// The meaning of a packet.
  public enum Input: Sendable, Hashable {
    /// Nothing to do.
    case nothing
    /// An offer. Answer it with `agree`.
    case offer(MilterOffer)
    /// An event. Answer it with `answer`.
    case event(MilterEvent)
    /// The current message was aborted. No reply is due.
    case aborted
    /// The client has disconnected, and its current message was aborted; another CONNECT follows. No reply is due.
    case clientDisconnected
    /// The MTA ends the connection. No reply is due.
    case quit
  }

  /// Creates the state of a new connection.
  public init(limits: MilterLimits = .standard) { self.limits = limits }

  /// Whether a message is in progress: true from MAIL until the verdict or ABORT.
  public var isInMessage: Bool { phase.isInMessage }

  /// The command whose event waits for its answer.
  public var unansweredCommand: MilterCommand? { pendingCommand?.command }

  /// Whether the event that waits for an answer requires a reply.
  public var replyIsDue: Bool { pendingCommand?.replyIsDue ?? false }

  // MARK: Packets

  /// Processes a packet from the MTA.
  ///
  /// ABORT, QUIT and QUIT_NC are valid while an answer is pending; that answer is then no longer due.
  public mutating func receive(_ frame: MilterFrame) throws(MilterError) -> Input {
    guard let command = MilterCommand(rawValue: frame.letter) else { throw .unknownCommand(frame.letter) }
    // ABORT concerns a message; it does not cancel an event of the client.
    let mayInterrupt = command.withdraws && (command != .abort || phase.isInMessage)
    if (pendingCommand != nil || offer != nil || followUp != nil) && !mayInterrupt { throw .unanswered(command) }
    if agreement == nil && command != .negotiate && command != .quit { throw .outOfOrder(command, after: nil) }
    let input = try input(command, frame.payload)
    if command != .macros { lastCommand = command }
    return input
  }

  /// Returns the next input from the last packet, after the previous one has been processed and answered.
  public mutating func nextInput() -> Input? {
    guard pendingCommand == nil, let event = followUp else { return nil }
    followUp = nil
    return .event(ask(event))
  }

  private mutating func input(_ command: MilterCommand, _ payload: ByteBuffer) throws(MilterError) -> Input {
    switch command {
    case .negotiate:
      guard agreement == nil else { throw .outOfOrder(command, after: lastCommand) }
      let received = try PacketReader.offer(payload)
      offer = received
      return .offer(received)
    case .macros: return try receiveMacros(payload)
    case .quit:
      try PacketReader.nothing(payload, command)
      forgetPendingCommand()
      return .quit
    case .abort:
      try PacketReader.nothing(payload, command)
      return abort()
    case .quitNewConnection:
      try PacketReader.nothing(payload, command)
      forgetPendingCommand()
      startClient()
      return .clientDisconnected
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
    case .header:
      let includesSpace = agreement?.protocolOptions.contains(.headerLeadingSpace) ?? false
      event = .header(try PacketReader.header(payload, includesSpace: includesSpace))
    case .body: event = .body(payload)
    case .endOfMessage: return endOfMessage(payload)
    // `input` passes only the first two of these on.
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

  /// Handles the end of the message. If it carries a body chunk, the chunk becomes the first of two events.
  private mutating func endOfMessage(_ payload: ByteBuffer) -> Input {
    guard payload.readableBytes > 0 else { return .event(ask(.endOfMessage)) }
    followUp = .endOfMessage
    pendingCommand = PendingCommand(command: .body, replyIsDue: false, isTrailingBody: true)
    phase = .body
    return .event(.body(payload))
  }

  // MARK: Answers

  /// Answers the offer.
  /// - Throws: The reason why the filter does not work with this MTA; nothing is written in this case.
  public mutating func agree(
    to requirements: MilterRequirements, into out: inout ByteBuffer
  ) throws(MilterRefusal) -> MilterAgreement {
    guard let offer else { throw .unwilling("no offer was received") }
    let agreement = try requirements.agreement(on: offer)
    self.offer = nil
    self.agreement = agreement
    startClient()
    PacketWriter.write(agreement, requirements.symbolLists, into: &out)
    return agreement
  }

  /// Answers the pending event.
  ///
  /// If this throws, nothing was written and the event is still pending.
  public mutating func answer(_ response: MilterResponse, into out: inout ByteBuffer) throws(MilterContractViolation) {
    guard let pendingCommand, let agreement else { throw .nothingToAnswer }
    try check(response, pendingCommand, agreement)
    let start = out.writerIndex
    for modification in response.modifications {
      do {
        try PacketWriter.write(modification, agreement, limit: limits.packetSize, into: &out)
      } catch {
        out.moveWriterIndex(to: start)
        throw error
      }
    }
    self.pendingCommand = nil
    if pendingCommand.replyIsDue || endsTrailingBody(pendingCommand, response.reply) {
      write(response.reply, into: &out)
    }
    advance(pendingCommand, response.reply)
  }

  /// Writes a progress reply, while the verdict at the end of a message is pending.
  public func writeProgress(into out: inout ByteBuffer) throws(MilterContractViolation) {
    guard pendingCommand?.command == .endOfMessage else { throw .nothingToAnswer }
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
  /// The letter that represents the reply in the protocol.
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
