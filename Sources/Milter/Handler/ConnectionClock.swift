import NIOCore

/// The times since which a connection has been silent, in the middle of a packet, or unable to write.
struct ConnectionClock {
  private var lastHeard = NIODeadline.uptimeNanoseconds(0)
  private var packetBegan: NIODeadline?
  private var unwritableSince: NIODeadline?

  mutating func heard(_ now: NIODeadline) { lastHeard = now }

  /// - Parameter isWithinPacket: Whether a packet was received in part and the handler waits for its rest.
  mutating func processed(packets: Int, isWithinPacket: Bool) {
    if !isWithinPacket {
      packetBegan = nil
    } else if packets > 0 || packetBegan == nil {
      packetBegan = lastHeard
    }
  }

  mutating func writability(_ isWritable: Bool, _ now: NIODeadline) { unwritableSince = isWritable ? nil : now }

  /// The timeout that has expired, if any.
  func overdue(_ options: MilterOptions, isAnswerPending: Bool, _ now: NIODeadline) -> MilterClosure? {
    if let unwritableSince, now - unwritableSince > options.writeTimeout { return .slowReader }
    if isAnswerPending { return nil }
    if let packetBegan, now - packetBegan > options.packetTimeout { return .slowPacket }
    return now - lastHeard > options.idleTimeout ? .idle : nil
  }

  /// The interval between two checks.
  static func interval(_ options: MilterOptions) -> TimeAmount {
    let shortest = min(options.idleTimeout, options.packetTimeout, options.writeTimeout)
    return .nanoseconds(max(shortest.nanoseconds / 2, 5_000_000))
  }
}

extension MilterHandler {
  /// Schedules the next check of all timeouts. Each connection has one such task; no timer is scheduled per packet.
  func scheduleTick(_ context: ChannelHandlerContext) {
    tick = context.eventLoop.assumeIsolated().scheduleTask(in: ConnectionClock.interval(options)) {
      guard self.isOpen else { return }
      let isPending = self.pending != nil
      if let reason = self.clock.overdue(self.options, isAnswerPending: isPending, context.eventLoop.now) {
        self.end(reason, context)
      } else {
        self.scheduleTick(context)
      }
    }
  }
}
