public import NIOCore

/// How a connection is driven.
public struct MilterOptions: Sendable, Hashable {
  /// What an MTA can make large.
  public var limits: MilterLimits
  /// How often the MTA is told that work goes on while the answer to the end of a message is pending.
  public var progressInterval: TimeAmount
  /// How long a connection may be silent between packets. SMTP clients may be slow; MTAs keep their connection.
  public var idleTimeout: TimeAmount
  /// How long a packet may take from its first octet to its last.
  public var packetTimeout: TimeAmount
  /// How long the MTA may leave replies unread.
  public var writeTimeout: TimeAmount
  /// Octets of packets that may wait for a pending answer before reading stops.
  public var backlog: Int

  /// Options. The idle time is that of other milters: a little over two hours.
  public init(
    limits: MilterLimits = .standard, progressInterval: TimeAmount = .seconds(10),
    idleTimeout: TimeAmount = .seconds(7210), packetTimeout: TimeAmount = .seconds(60),
    writeTimeout: TimeAmount = .seconds(60), backlog: Int = 256 * 1024
  ) {
    self.limits = limits
    self.progressInterval = progressInterval
    self.idleTimeout = idleTimeout
    self.packetTimeout = packetTimeout
    self.writeTimeout = writeTimeout
    self.backlog = backlog
  }
}
