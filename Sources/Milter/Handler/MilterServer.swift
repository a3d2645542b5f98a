public import Logging
public import NIOCore

/// Connects MTAs to filters. The program itself listens, for example with `ServerBootstrap` of NIOPosix.
public enum MilterServer {
  /// Sets up a channel as a milter connection. Call it in the `childChannelInitializer`, on the channel's event loop.
  ///
  /// On TCP connections, small writes are sent immediately (TCP_NODELAY). // RFC 9293 §3.7.4
  /// - Parameters:
  ///   - channel: The connection from an MTA.
  ///   - options: Time limits, and limits on what is buffered.
  ///   - logger: Gets an entry when a connection ends unexpectedly or an answer fails; `nil` logs nothing.
  ///   - filter: Creates the filter for this connection.
  /// - Throws: If the channel was closed in the meantime.
  public static func configure<Filter: MilterFilter>(
    _ channel: any Channel, options: MilterOptions = MilterOptions(), logger: Logger? = nil, filter: () -> Filter
  ) throws {
    if let address = channel.remoteAddress, address.protocol != .unix {
      // If the system refuses the option, mail is only slower.
      try? channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
    }
    try channel.pipeline.syncOperations.addHandler(MilterHandler(filter(), options: options, logger: logger))
  }

  /// Sets up a channel as a milter connection with an asynchronous filter; otherwise the same as the function for a
  /// `MilterFilter`.
  public static func configure<Filter: AsyncMilterFilter>(
    _ channel: any Channel, options: MilterOptions = MilterOptions(), logger: Logger? = nil, filter: () -> Filter
  ) throws {
    try configure(channel, options: options, logger: logger) { AsyncFilterAdapter(filter(), on: channel.eventLoop) }
  }
}
