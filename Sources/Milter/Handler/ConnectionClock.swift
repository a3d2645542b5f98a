import NIOCore

/// Since when a connection has been silent, within a packet, or unable to write.
struct ConnectionClock {
  private var lastHeard = NIODeadline.uptimeNanoseconds(0)
  private var packetBegan: NIODeadline?
  private var unwritableSince: NIODeadline?

  mutating func heard(_ now: NIODeadline) { lastHeard = now }

  /// - Parameter isWithinPacket: a part of a packet has come, and only its rest is waited for.
  mutating func processed(packets: Int, isWithinPacket: Bool) {
    if !isWithinPacket {
      packetBegan = nil
    } else if packets > 0 || packetBegan == nil {
      packetBegan = lastHeard
    }
  }

  mutating func writability(_ isWritable: Bool, _ now: NIODeadline) { unwritableSince = isWritable ? nil : now }

  /// What has taken too long.
  func overdue(_ options: MilterOptions, isAnswerPending: Bool, _ now: NIODeadline) -> MilterClosure? {
    if let unwritableSince, now - unwritableSince > options.writeTimeout { return .slowReader }
    if isAnswerPending { return nil }
    if let packetBegan, now - packetBegan > options.packetTimeout { return .slowPacket }
    return now - lastHeard > options.idleTimeout ? .idle : nil
  }

  /// How often to look.
  static func interval(_ options: MilterOptions) -> TimeAmount {
    let shortest = min(options.idleTimeout, options.packetTimeout, options.writeTimeout)
    return .nanoseconds(max(shortest.nanoseconds / 2, 5_000_000))
  }
}

extension MilterHandler {
  /// One task for each connection looks at all times, now and then: nothing is scheduled for a packet.
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
