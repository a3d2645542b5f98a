import Milter
import NIOCore

/// The channel handler of a peer's connection. Confined to its event loop.
final class PeerHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The state of a script that is being played.
  private struct Play {
    var script: PeerScript
    var step = 0
    var outcome = PeerOutcome()
    var done: EventLoopPromise<PeerOutcome>
    var hasAcceptedRecipient = false
    var timeout: Scheduled<Void>
  }

  private var decoder: MilterFrameDecoder
  private var context: ChannelHandlerContext?
  private var play: Play?
  private var frames: [MilterFrame] = []
  private var waiter: (promise: EventLoopPromise<MilterFrame?>, timeout: Scheduled<Void>)?
  private var isClosed = false

  init(maximumPacketSize: Int) {
    decoder = MilterFrameDecoder(maximumPacketSize: maximumPacketSize)
  }

  // MARK: Requests

  func send(_ bytes: ByteBuffer, _ done: EventLoopPromise<Void>?) {
    guard let context, !isClosed else {
      done?.fail(PeerError.closed)
      return
    }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: done)
  }

  func next(within time: TimeAmount, _ promise: EventLoopPromise<MilterFrame?>) {
    if !frames.isEmpty { return promise.succeed(frames.removeFirst()) }
    guard let context, !isClosed else { return promise.succeed(nil) }
    guard waiter == nil, play == nil else {
      return promise.fail(PeerError.wrongMoment("another exchange is in progress"))
    }
    let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      self.waiter = nil
      promise.fail(PeerError.timedOut(nil))
    }
    waiter = (promise, timeout)
  }

  func perform(_ script: PeerScript, within time: TimeAmount, _ promise: EventLoopPromise<PeerOutcome>) {
    guard let context, !isClosed else { return promise.fail(PeerError.closed) }
    guard waiter == nil, play == nil else {
      return promise.fail(PeerError.wrongMoment("another exchange is in progress"))
    }
    let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      self.fail(.timedOut(self.play.map { $0.script.steps[$0.step].command }))
    }
    play = Play(script: script, done: promise, timeout: timeout)
    proceed()
  }

  // MARK: Scripts

  /// Sends the next step of the script, or ends it.
  private func proceed() {
    guard let play, let context else { return }
    if play.step < play.script.steps.count {
      context.writeAndFlush(wrapOutboundOut(play.script.steps[play.step].bytes), promise: nil)
    } else {
      if play.script.tail.readableBytes > 0 {
        context.writeAndFlush(wrapOutboundOut(play.script.tail), promise: nil)
      }
      finish()
    }
  }

  private func finish() {
    guard let ended = play else { return }
    play = nil
    ended.timeout.cancel()
    ended.done.succeed(ended.outcome)
  }

  private func fail(_ error: PeerError) {
    guard let failed = play else { return }
    play = nil
    failed.timeout.cancel()
    failed.done.fail(error)
  }

  private func take(_ frame: MilterFrame) {
    guard var current = play else { return deliver(frame) }
    let step = current.script.steps[current.step]
    guard let letter = MilterReplyLetter(rawValue: frame.letter), letter != .negotiate else {
      return fail(.unexpected(letter: frame.letter, to: step.command))
    }
    if !letter.isVerdict {
      guard step.command == .endOfMessage else { return fail(.unexpected(letter: frame.letter, to: step.command)) }
      if letter == .progress {
        play?.outcome.progress += 1
      } else if let modification = PeerModification(letter, frame.payload) {
        play?.outcome.modifications.append(modification)
      } else {
        fail(.malformed(letter: frame.letter))
      }
      return
    }
    guard let verdict = Self.verdict(letter, frame.payload) else { return fail(.malformed(letter: frame.letter)) }
    current.outcome.verdict = verdict
    current.outcome.command = step.command
    let goesOn = Self.advance(&current, verdict, step)
    play = current
    if goesOn { proceed() } else { finish() }
  }

  /// Moves on to the next step. Returns false if the verdict ends the script.
  private static func advance(_ play: inout Play, _ verdict: PeerVerdict, _ step: PeerScript.Step) -> Bool {
    play.step += 1
    if step.command == .endOfMessage { return false }
    if step.command == .body && verdict.letter == .skip {
      play.outcome.skipped = true
      // Only the last step remains: the end of the message, with its macros.
      while play.step + 1 < play.script.steps.count { play.step += 1 }
      return true
    }
    if let recipient = step.recipient {
      switch verdict.letter {
      case .reject, .tempfail, .replyCode:
        play.outcome.refusedRecipients[recipient] = verdict
        // A refused recipient ends the script only if it is the last one and none was accepted.
        let isLast = play.step >= play.script.steps.count || play.script.steps[play.step].recipient == nil
        return !isLast || play.hasAcceptedRecipient
      default: play.hasAcceptedRecipient = true
      }
    }
    return verdict.letter == .continue
  }

  private static func verdict(_ letter: MilterReplyLetter, _ payload: ByteBuffer) -> PeerVerdict? {
    guard letter == .replyCode else { return payload.readableBytes == 0 ? PeerVerdict(letter) : nil }
    var rest = payload
    guard let text = rest.readText(), rest.readableBytes == 0 else { return nil }
    return PeerVerdict(letter, text: String(decoding: text, as: UTF8.self))
  }

  private func deliver(_ frame: MilterFrame) {
    guard let waiting = waiter else {
      // Limit the memory for packets that a filter sends without a command.
      if frames.count < 4096 { frames.append(frame) }
      return
    }
    waiter = nil
    waiting.timeout.cancel()
    waiting.promise.succeed(frame)
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(unwrapInboundIn(data))
    do throws(MilterError) {
      while let frame = try decoder.next() { take(frame) }
    } catch {
      fail(.framing(error))
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    self.context = nil
    fail(.closed)
    if let waiting = waiter {
      waiter = nil
      waiting.timeout.cancel()
      waiting.promise.succeed(nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
