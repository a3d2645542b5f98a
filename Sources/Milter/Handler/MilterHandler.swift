public import Logging
public import NIOCore

/// The channel handler that drives a filter on one connection.
///
/// Add it, as the only handler, to the pipeline of each connection from an MTA. Replies to packets that arrived in one
/// read are sent in one write. While an answer is pending or the MTA does not read its replies, packets are buffered;
/// reading stops once `MilterOptions.backlog` bytes are buffered.
public final class MilterHandler<Filter: MilterFilter>: ChannelDuplexHandler {
  /// The bytes from the MTA.
  public typealias InboundIn = ByteBuffer
  /// The bytes to the MTA; other handlers do not write any.
  public typealias OutboundIn = ByteBuffer
  /// The bytes to the MTA.
  public typealias OutboundOut = ByteBuffer

  let options: MilterOptions
  var clock = ConnectionClock()
  private let filter: Filter
  private let logger: Logger?
  private var session: MilterSession
  private var decoder: MilterFrameDecoder
  /// Replies that have not been written yet.
  private var out = ByteBuffer()
  private(set) var isOpen = true
  /// The number of the pending answer.
  private(set) var pending: UInt64?
  private var answerCount: UInt64 = 0
  private var isProcessing = false
  /// Whether the connection ends after the current message.
  private var isDraining = false
  /// Whether NIO has asked for a read that was held back.
  private var hasHeldRead = false
  private var progress: Scheduled<Void>?
  var tick: Scheduled<Void>?

  /// Creates a handler for one connection.
  /// - Parameters:
  ///   - filter: The filter of this connection only.
  ///   - options: Time limits, and limits on what is buffered.
  ///   - logger: Gets an entry when a connection ends unexpectedly or an answer fails; `nil` logs nothing.
  public init(_ filter: Filter, options: MilterOptions = MilterOptions(), logger: Logger? = nil) {
    self.filter = filter
    self.logger = logger
    self.options = options
    session = MilterSession(limits: options.limits)
    decoder = MilterFrameDecoder(maximumPacketSize: options.limits.packetSize)
  }

  // MARK: Packets

  /// Processes buffered packets until none is left or an answer is pending.
  func process(_ context: ChannelHandlerContext) {
    guard !isProcessing else { return }
    isProcessing = true
    var packets = 0
    repeat {
      while isOpen, pending == nil, context.channel.isWritable, step(context) {
        packets += 1
        if out.readableBytes >= Self.largeWrite { flush(context) }
      }
    } while dropWithdrawnAnswer()
    isProcessing = false
    guard isOpen else { return }
    let isWithinPacket = pending == nil && context.channel.isWritable && decoder.bufferedBytes > 0
    clock.processed(packets: packets, isWithinPacket: isWithinPacket)
    if hasHeldRead && !mustHoldReads(context) {
      hasHeldRead = false
      context.read()
    }
  }

  /// Processes one packet; returns false if no complete packet is buffered.
  private func step(_ context: ChannelHandlerContext) -> Bool {
    do throws(MilterError) {
      if let input = session.nextInput() {
        take(input, context)
        return true
      }
      guard let frame = try decoder.next() else { return false }
      take(try session.receive(frame), context)
      return true
    } catch {
      end(.protocolError(error), context)
      return false
    }
  }

  private func take(_ input: MilterSession.Input, _ context: ChannelHandlerContext) {
    switch input {
    case .nothing: break
    case .offer(let offer): negotiate(offer, context)
    case .quit: end(.quit, context)
    case .event(let event):
      guard let milterContext = makeContext(context) else { return }
      switch filter.handle(event, context: milterContext) {
      case .now(let response): send(response, context)
      case .later(let future): wait(for: future, context)
      }
    case .aborted:
      guard let milterContext = makeContext(context) else { return }
      filter.abort(context: milterContext)
      endIfDrained(context)
    case .clientDisconnected:
      guard let milterContext = makeContext(context) else { return }
      filter.clientDisconnected(context: milterContext)
      endIfDrained(context)
    }
  }

  private func makeContext(_ context: ChannelHandlerContext) -> MilterContext? {
    session.agreement.map { MilterContext(agreement: $0, macros: session.macros, eventLoop: context.eventLoop) }
  }

  private func negotiate(_ offer: MilterOffer, _ context: ChannelHandlerContext) {
    do throws(MilterRefusal) {
      _ = try session.agree(to: try filter.negotiate(offer), into: &out)
    } catch {
      end(.refused(error), context)
    }
  }

  // MARK: Answers

  private func send(_ response: MilterResponse, _ context: ChannelHandlerContext) {
    do throws(MilterContractViolation) {
      try session.answer(response, into: &out)
      endIfDrained(context)
    } catch {
      // The MTA must not treat a missing reply as `continue`.
      if session.replyIsDue { try? session.answer(.tempfail, into: &out) }
      end(.contractViolation(error), context)
    }
  }

  private func wait(for future: EventLoopFuture<MilterResponse>, _ context: ChannelHandlerContext) {
    answerCount += 1
    let number = answerCount
    pending = number
    if session.unansweredCommand == .endOfMessage { scheduleProgress(context) }
    future.hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
      self.answered(number, result, context)
    }
  }

  private func answered(
    _ number: UInt64, _ result: Result<MilterResponse, any Error>, _ context: ChannelHandlerContext
  ) {
    guard isOpen, pending == number else { return }
    dropPendingAnswer()
    clock.heard(context.eventLoop.now)
    switch result {
    case .success(let response): send(response, context)
    case .failure(let error):
      logger?.warning("an answer of the filter failed", metadata: ["error": "\(error)"])
      send(session.replyIsDue ? .tempfail : .continue, context)
    }
    process(context)
    if !isProcessing { flush(context) }
  }

  private func dropPendingAnswer() {
    pending = nil
    progress?.cancel()
    progress = nil
  }

  /// Drops the pending answer if the MTA has aborted its command. Returns whether it did.
  private func dropWithdrawnAnswer() -> Bool {
    guard isOpen, pending != nil, decoder.skipToWithdrawal(isInMessage: session.isInMessage) else { return false }
    dropPendingAnswer()
    return true
  }

  private func scheduleProgress(_ context: ChannelHandlerContext) {
    progress = context.eventLoop.assumeIsolated().scheduleTask(in: options.progressInterval) {
      guard self.isOpen, self.pending != nil else { return }
      if context.channel.isWritable {
        try? self.session.writeProgress(into: &self.out)
        self.flush(context)
      }
      self.scheduleProgress(context)
    }
  }

  // MARK: Reading and writing

  private static var largeWrite: Int { 64 * 1024 }

  private func mustHoldReads(_ context: ChannelHandlerContext) -> Bool {
    (pending != nil || !context.channel.isWritable) && decoder.bufferedBytes >= options.backlog
  }

  private func flush(_ context: ChannelHandlerContext) {
    guard out.readableBytes > 0 else { return }
    context.writeAndFlush(wrapOutboundOut(out), promise: nil)
    if out.capacity > Self.largeWrite { out = ByteBuffer() } else { out.clear() }
  }

  public func read(context: ChannelHandlerContext) {
    if mustHoldReads(context) { hasHeldRead = true } else { context.read() }
  }

  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isOpen else { return }
    clock.heard(context.eventLoop.now)
    decoder.append(unwrapInboundIn(data))
    if mustHoldReads(context), decoder.bufferedBytes > options.backlog + 2 * options.limits.packetSize {
      // Reading has stopped. This much data arrives only after the peer closed, when NIO reads all that is left.
      return end(.peerClosed, context)
    }
    process(context)
  }

  public func channelReadComplete(context: ChannelHandlerContext) {
    flush(context)
    context.fireChannelReadComplete()
  }

  public func channelWritabilityChanged(context: ChannelHandlerContext) {
    clock.writability(context.channel.isWritable, context.eventLoop.now)
    if context.channel.isWritable {
      process(context)
      if !isProcessing { flush(context) }
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Beginning and end

  public func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { begin(context) }
  }

  public func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard isOpen, tick == nil else { return }
    clock.heard(context.eventLoop.now)
    scheduleTick(context)
  }

  public func channelInactive(context: ChannelHandlerContext) {
    do throws(MilterError) {
      if pending == nil { try decoder.finish() }
      end(.peerClosed, context)
    } catch {
      end(.protocolError(error), context)
    }
    context.fireChannelInactive()
  }

  public func handlerRemoved(context: ChannelHandlerContext) { finish(.shutdown) }

  public func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(.failed("\(error)"), context)
  }

  /// Ends the connection after the current message if the event is a `ChannelShouldQuiesceEvent`.
  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      isDraining = true
      endIfDrained(context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func endIfDrained(_ context: ChannelHandlerContext) {
    if isDraining && !session.isInMessage && pending == nil { end(.shutdown, context) }
  }

  func end(_ reason: MilterClosure, _ context: ChannelHandlerContext) {
    guard isOpen else { return }
    flush(context)
    finish(reason)
    context.close(promise: nil)
  }

  /// Closes the connection when another part of the program requests it.
  ///
  /// If the MTA waits for a reply, it gets `tempfail` first, so that it does not treat the missing reply as `continue`.
  public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if isOpen, pending != nil, session.replyIsDue {
      dropPendingAnswer()
      try? session.answer(.tempfail, into: &out)
      flush(context)
    }
    context.close(mode: mode, promise: promise)
  }

  private func finish(_ reason: MilterClosure) {
    guard isOpen else { return }
    isOpen = false
    dropPendingAnswer()
    tick?.cancel()
    tick = nil
    // Frees the buffered packets.
    decoder = MilterFrameDecoder(maximumPacketSize: 1)
    if let logger, let level = reason.severity.flatMap({ Logger.Level(rawValue: $0.rawValue) }) {
      logger.log(level: level, "a milter connection ended", metadata: ["reason": "\(reason)"])
    }
    filter.connectionClosed(reason)
  }
}
