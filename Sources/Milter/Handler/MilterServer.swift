public import NIOCore

/// Connections of MTAs to filters. Listening is up to the program (`ServerBootstrap` of NIOPosix).
public enum MilterServer {
  /// Makes a connection a milter's: to be called in the `childChannelInitializer`, on the event loop of the channel.
  ///
  /// On TCP small writes are sent at once (TCP_NODELAY). // RFC 9293 §3.7.4
  /// - Parameter filter: makes the filter of this connection.
  public static func configure<Filter: MilterFilter>(
    _ channel: any Channel, options: MilterOptions = MilterOptions(), filter: () -> Filter
  ) throws {
    if let address = channel.remoteAddress, address.protocol != .unix {
      // Where the system refuses it, mail is slower, not wrong.
      try? channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
    }
    try channel.pipeline.syncOperations.addHandler(MilterHandler(filter(), options: options))
  }
}
