/// The phase of a conversation.
enum MilterPhase: Int, Sendable, Hashable, Comparable {
  /// OPTNEG is expected.
  case offer
  /// CONNECT is expected.
  case client
  /// Between messages.
  case idle
  case mail, recipients, data, header, endOfHeader, body

  var isInMessage: Bool { self >= .mail }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension MilterSession {
  /// Checks that `command` is valid in the current phase.
  /// - Returns: Whether it ends the current message, as a new MAIL or HELO does.
  func admit(_ command: MilterCommand) throws(MilterError) -> Bool {
    let options = agreement?.protocolOptions ?? []
    let isInMessage = phase.isInMessage || (phase == .idle && options.contains(.noMail))
    let isAllowed =
      switch command {
      case .connect: phase == .client
      case .helo, .mail: phase >= .idle
      case .unknown: phase >= .idle && phase < .header
      case .recipient, .data: isInMessage && phase <= .recipients
      case .header, .endOfHeader: isInMessage && phase <= .header
      case .body, .endOfMessage: isInMessage && (phase >= .endOfHeader || options.contains(.noEndOfHeader))
      case .abort, .macros, .quitNewConnection, .negotiate, .quit: true
      }
    guard isAllowed else { throw .outOfOrder(command, after: lastCommand) }
    return (command == .mail || command == .helo) && phase.isInMessage
  }

  /// Registers the event as the one that waits for an answer, and enters its phase.
  mutating func ask(_ event: MilterEvent) -> MilterEvent {
    let command = event.command
    let bit = MilterProtocolOptions.noReply(to: command)
    let isSpared = bit.map { agreement?.protocolOptions.contains($0) ?? false } ?? false
    pendingCommand = PendingCommand(command: command, replyIsDue: !isSpared)
    switch command {
    case .connect: phase = .idle
    case .mail:
      phase = .mail
      macros.forgetMessage(keepMail: hasFreshMailMacros)
      hasFreshMailMacros = false
    case .recipient: phase = .recipients
    case .data: phase = .data
    case .header: phase = .header
    case .endOfHeader: phase = .endOfHeader
    case .body, .endOfMessage: phase = .body
    case .helo, .unknown, .abort, .macros, .quitNewConnection, .negotiate, .quit: break
    }
    return event
  }

  /// Checks that the response is a valid answer to the command in `pendingCommand`.
  func check(
    _ response: MilterResponse, _ pendingCommand: PendingCommand, _ agreement: MilterAgreement
  ) throws(MilterContractViolation) {
    let command = pendingCommand.command
    if !response.modifications.isEmpty && command != .endOfMessage { throw .modificationTooEarly(at: command) }
    for modification in response.modifications where !agreement.actions.contains(modification.neededAction) {
      throw .actionNotAgreed(modification.neededAction)
    }
    let isAllowed =
      switch response.reply {
      case .continue, .accept, .reject, .tempfail, .replyCode, .shutdown: true
      case .discard: command != .connect && command != .helo && command != .unknown
      case .skip: command == .body && (agreement.allowsSkip || pendingCommand.isTrailingBody)
      case .connectionFailure: command == .connect
      }
    guard isAllowed else { throw .replyNotAllowed(response.reply.letter, to: command) }
    if !pendingCommand.replyIsDue && !pendingCommand.isTrailingBody && response.reply != .continue {
      throw .noReplyDue(to: command)
    }
  }

  /// Enters the phase that follows an answer.
  mutating func advance(_ pendingCommand: PendingCommand, _ reply: MilterReply) {
    switch pendingCommand.command {
    case .endOfMessage: finishMessage()
    case .body where endsTrailingBody(pendingCommand, reply):
      followUp = nil
      finishMessage()
    case .recipient:
      // Other replies concern only this recipient; these two apply to the message.
      if reply == .accept || reply == .discard { finishMessage() }
    case .mail, .data, .header, .endOfHeader, .body:
      if reply != .continue && reply != .skip { finishMessage() }
    case .connect, .helo, .unknown, .abort, .macros, .quitNewConnection, .negotiate, .quit: break
    }
  }

  /// Returns whether the answer to a body chunk that came with the end of the message also answers the latter.
  func endsTrailingBody(_ pendingCommand: PendingCommand, _ reply: MilterReply) -> Bool {
    pendingCommand.isTrailingBody && reply != .continue && reply != .skip
  }

  mutating func abort() -> Input {
    forgetPendingCommand()
    let wasInMessage = phase.isInMessage
    if phase >= .idle { finishMessage() }
    return wasInMessage ? .aborted : .nothing
  }

  mutating func forgetPendingCommand() {
    pendingCommand = nil
    followUp = nil
  }

  mutating func finishMessage(keepMail: Bool = false) {
    phase = .idle
    if !keepMail { hasFreshMailMacros = false }
    macros.forgetMessage(keepMail: keepMail)
  }

  /// Enters the phase before CONNECT, or the one after it if the agreement omits CONNECT.
  mutating func startClient() {
    let isSpared = agreement?.protocolOptions.contains(.noConnect) ?? false
    phase = isSpared ? .idle : .client
    macros = MilterMacros()
    hasFreshMailMacros = false
  }
}
