public import Milter
public import NIOCore
public import NIOPosix

/// The address where a filter listens.
public enum PeerAddress: Sendable, Hashable {
  /// A Unix domain socket.
  case unix(path: String)
  /// A TCP port, 1 to 65535, of a host name or an IP address.
  case inet(host: String, port: Int)

  /// Parses an address in the form used to configure milters.
  ///
  /// The forms are `inet:PORT@HOST`, `inet6:PORT@HOST`, `unix:PATH`, `local:PATH` and an absolute path.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch parts.count == 2 ? parts[0] : "" {
    case "unix", "local": self = .unix(path: parts[1])
    case "inet", "inet6":
      let place = parts[1].split(separator: "@", maxSplits: 1).map(String.init)
      guard let first = place.first, let port = UInt16(first) else { return nil }
      let host = place.count > 1 ? place[1].filter { $0 != "[" && $0 != "]" } : "localhost"
      self = .inet(host: host, port: Int(port))
    default:
      guard text.hasPrefix("/") else { return nil }
      self = .unix(path: text)
    }
  }
}

/// One connection to a filter that simulates an MTA, for tests and benchmarks of filters.
///
/// Call `connect`, `negotiate`, `open`, any number of times `deliver`, then `quit`. To simulate attacks, `send` sends
/// arbitrary bytes, and `nextFrame` returns the response.
public final class MilterPeer: Sendable {
  /// The event loop of the connection.
  public let eventLoop: any EventLoop
  /// The timeout of an exchange.
  public let timeout: TimeAmount
  private let channel: any Channel
  private let handler: NIOLoopBound<PeerHandler>

  private init(_ channel: any Channel, _ handler: NIOLoopBound<PeerHandler>, _ timeout: TimeAmount) {
    self.channel = channel
    self.handler = handler
    self.timeout = timeout
    eventLoop = channel.eventLoop
  }

  /// Connects to a filter, without sending anything yet.
  /// - Parameters:
  ///   - address: The address where the filter listens.
  ///   - group: The connection runs on one of its event loops.
  ///   - timeout: The timeout for connecting and for each exchange.
  ///   - maximumPacketSize: The maximum size of the filter's packets, in bytes.
  public static func connect(
    to address: PeerAddress, group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup,
    timeout: TimeAmount = .seconds(30), maximumPacketSize: Int = 64 << 20
  ) async throws -> MilterPeer {
    // The handler is created while the connection is set up, because a filter may close it immediately.
    let prepare: @Sendable (any Channel) -> EventLoopFuture<MilterPeer> = { channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = PeerHandler(maximumPacketSize: maximumPacketSize)
        try channel.pipeline.syncOperations.addHandler(handler)
        return MilterPeer(channel, NIOLoopBound(handler, eventLoop: channel.eventLoop), timeout)
      }
    }
    let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout)
    switch address {
    case .unix(let path): return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: prepare)
    case .inet(let host, let port):
      return try await bootstrap.connect(host: host, port: port, channelInitializer: prepare)
    }
  }

  // MARK: Sending mail like an MTA

  /// Sends an offer, by default that of Postfix, and reads the filter's answer.
  public func negotiate(_ offer: MilterOffer = .postfix) async throws -> PeerAgreement {
    var payload = ByteBuffer()
    payload.writeMultipleIntegers(offer.version, offer.actions.rawValue, offer.protocolOptions.rawValue)
    try await send(.init(.negotiate, payload: payload))
    guard let frame = try await nextFrame() else { throw PeerError.closed }
    guard frame.letter == MilterCommand.negotiate.rawValue else {
      throw PeerError.unexpected(letter: frame.letter, to: .negotiate)
    }
    return try PeerAgreement(frame.payload, to: offer)
  }

  /// Announces a client with CONNECT and HELO.
  public func open(_ agreed: PeerAgreement, as client: PeerClient = PeerClient()) async throws -> PeerOutcome {
    try await perform(.client(client, agreed)).get()
  }

  /// Sends a message and waits for the outcome. The caller must send `abort` between messages, as MTAs do.
  public func deliver(_ message: PeerMessage, _ agreed: PeerAgreement) async throws -> PeerOutcome {
    try await perform(.message(message, agreed)).get()
  }

  /// Plays a script. May be called on any thread; on the event loop, it starts immediately.
  public func perform(_ script: PeerScript) -> EventLoopFuture<PeerOutcome> {
    let promise = eventLoop.makePromise(of: PeerOutcome.self)
    onLoop { $0.perform(script, within: self.timeout, promise) }
    return promise.futureResult
  }

  /// Sends ABORT; no reply is due.
  public func abort() async throws { try await send(MilterFrame(.abort)) }

  /// Sends QUIT_NC; no reply is due.
  public func quitNewConnection() async throws { try await send(MilterFrame(.quitNewConnection)) }

  /// Sends QUIT, then closes the connection.
  public func quit() async throws {
    try await send(MilterFrame(.quit))
    try await close()
  }

  // MARK: Sending arbitrary data

  /// Sends a packet without checking it.
  public func send(_ frame: MilterFrame) async throws {
    var bytes = ByteBuffer()
    frame.write(into: &bytes)
    try await send(bytes)
  }

  /// Sends bytes without checking them.
  public func send(_ bytes: ByteBuffer) async throws {
    let promise = eventLoop.makePromise(of: Void.self)
    onLoop { $0.send(bytes, promise) }
    try await promise.futureResult.get()
  }

  /// Sends bytes without waiting until they are written. May be called on any thread.
  public func write(_ bytes: ByteBuffer) { onLoop { $0.send(bytes, nil) } }

  /// Returns the next packet from the filter; `nil` after the filter has closed the connection.
  public func nextFrame(within time: TimeAmount? = nil) async throws -> MilterFrame? {
    let promise = eventLoop.makePromise(of: MilterFrame?.self)
    onLoop { $0.next(within: time ?? self.timeout, promise) }
    return try await promise.futureResult.get()
  }

  /// Closes the connection without sending QUIT.
  public func close() async throws {
    do {
      try await channel.close().get()
    } catch ChannelError.alreadyClosed {
      // Already closed: nothing to do.
    }
  }

  private func onLoop(_ work: @escaping @Sendable (PeerHandler) -> Void) {
    if eventLoop.inEventLoop { return work(handler.value) }
    let handler = handler
    eventLoop.execute { work(handler.value) }
  }
}
