public import NIOCore

/// Limits and timeouts of a connection.
public struct MilterOptions: Sendable, Hashable {
  /// The limits on what an MTA sends.
  public var limits: MilterLimits
  /// The interval between progress replies while the answer to the end of a message is pending.
  public var progressInterval: TimeAmount
  /// How long a connection may be silent between packets. SMTP clients may be slow, and MTAs keep the connection open.
  public var idleTimeout: TimeAmount
  /// How long a packet may take to arrive, from its first byte to its last.
  public var packetTimeout: TimeAmount
  /// How long the MTA may leave replies unread.
  public var writeTimeout: TimeAmount
  /// The number of bytes that may be buffered while an answer is pending; reading stops when it is reached.
  public var backlog: Int

  /// Creates options. The default idle timeout is the same as in other milters: a little over two hours.
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
