import DKIMCore
import Logging
import NIOCore
import SystemPackage

/// One running lookup: its progress through servers and CNAMEs, its socket and its timeouts.
/// Confined to the event loop of its sockets.
final class DNSLookup {
  let name: String
  var waiters: [ObjectIdentifier: Subscriber] = [:]
  /// The ticket for one of the limited places; set before the lookup enters the queue.
  var ticket: LookupQueue.Ticket?
  /// False while the lookup waits for a place.
  private(set) var hasBegun = false

  private let configuration: DNSConfiguration
  private let sockets: Sockets
  private let health: ServerHealth
  private let counters: Counters
  private let finished: (DNSLookup, KeyAnswer, UInt32) -> Void

  private var chain: AliasChain
  private var walk: ServerRotation
  private var facts = ReplyMetadata(lifetime: .max, authenticated: true)
  private var isOver = false

  private var query: Query?
  /// Whether queries use EDNS0; false after a server did not understand it.
  private var isExtended = true
  private var channel: (any Channel)?
  /// The server that `channel` is connected to, and the one to which a UDP socket is being opened; otherwise -1.
  private var channelServer = -1
  private var openingServer = -1
  private var isStream = false
  /// The token of the current socket; events of earlier sockets are ignored.
  private var token = 0
  private let deadline: NIODeadline
  private var tryEnd = NIODeadline.distantFuture
  private var tryTime = TimeAmount.zero

  /// Creates a lookup.
  /// - Parameters:
  ///   - order: Indexes into the configuration's servers; not empty.
  ///   - finished: Called once, with the answer and the number of seconds for which it may be cached.
  init(
    name: String, wireName: WireName, order: [Int], configuration: DNSConfiguration, sockets: Sockets,
    health: ServerHealth, counters: Counters, finished: @escaping (DNSLookup, KeyAnswer, UInt32) -> Void
  ) {
    self.name = name
    self.configuration = configuration
    self.sockets = sockets
    self.health = health
    self.counters = counters
    self.finished = finished
    chain = AliasChain(wireName)
    walk = ServerRotation(order: order, rounds: configuration.boundedAttempts)
    // The timeout includes the time for which the lookup waits for a place.
    deadline = .now() + TimeAmount(configuration.boundedTimeout)
  }

  /// Queries the first server.
  func begin() {
    guard !isOver, !hasBegun else { return }
    hasBegun = true
    beginWalk()
  }

  /// Checks whether the current attempt or the whole lookup has timed out. To be called regularly until the lookup
  /// ends.
  func tick(_ now: NIODeadline) {
    guard !isOver, now >= tryEnd || now >= deadline else { return }
    guard hasBegun else { return abandon(Resolver.notAsked(within: configuration.wholeSeconds)) }
    health.didTimeOut(walk.server, at: now)
    configuration.logger?.debug(
      "a DNS server did not respond in time",
      metadata: ["server": "\(configuration.servers[walk.server])", "name": "\(name)"])
    if now >= deadline {
      finish(.failure(walk.failure(afterSeconds: configuration.wholeSeconds)), lifetime: 0)
    } else {
      perform(walk.didTimeOut())
    }
  }

  /// Ends the lookup without a DNS answer.
  func abandon(_ failure: KeyLookupFailure) { finish(.failure(failure), lifetime: 0) }

  private func finish(_ answer: KeyAnswer, lifetime: UInt32) {
    guard !isOver else { return }
    isOver = true
    closeSocket()
    finished(self, answer, lifetime)
  }
}

// MARK: - The walk over the servers

extension DNSLookup {
  private func beginWalk() {
    tryTime = TimeAmount(configuration.tryTime(within: Duration(timeLeft)))
    ask(walk.server)
  }

  private var timeLeft: TimeAmount { max(.milliseconds(1), deadline - .now()) }

  private func perform(_ step: ServerRotation.Step) {
    switch step {
    case .ask(let server):
      counters.add(\.retransmissions)
      ask(server)
    case .wait: break
    case .end(let failure): finish(.failure(failure), lifetime: 0)
    }
  }

  private func ask(_ server: Int) {
    if server == openingServer {
      startTry()  // The query is sent as soon as the socket is open.
    } else if server == channelServer, !isStream, let channel, channel.isActive {
      startTry()
      send(over: channel)
    } else {
      isExtended = true
      openSocket(server)
    }
  }

  /// Starts the timeout of an attempt. The last attempt may use all the remaining time.
  private func startTry() {
    tryEnd = walk.isLastTry ? .distantFuture : .now() + tryTime
  }
}

// MARK: - Sockets

extension DNSLookup {
  private func closeSocket() {
    token &+= 1
    tryEnd = .distantFuture
    channel?.close(promise: nil)
    channel = nil
    channelServer = -1
    openingServer = -1
  }

  private func openSocket(_ server: Int) {
    if configuration.alwaysUsesTCP { openStream(server) } else { openDatagram(server) }
  }

  /// Opens a new UDP socket and prepares a query with a new ID for the current name.
  private func openDatagram(_ server: Int) {
    guard renewQuery(server) else { return }
    startTry()
    isStream = false
    openingServer = server
    let token = token
    sockets.connectDatagram(to: configuration.servers[server], token: token, delegate: self) {
      self.adopt($0, token)
    }
    .assumeIsolated().whenComplete { self.opened($0, server, token) }
  }

  private func openStream(_ server: Int) {
    guard renewQuery(server) else { return }
    startTry()
    isStream = true
    counters.add(\.tcpConnections)
    let token = token
    sockets.connectStream(to: configuration.servers[server], within: timeLeft, token: token, delegate: self) {
      self.adopt($0, token)
    }
    .assumeIsolated().whenComplete { self.opened($0, server, token) }
  }

  /// Prepares a new query. Returns false if the lookup is over and no socket may be opened, since it would never be
  /// closed.
  private func renewQuery(_ server: Int) -> Bool {
    guard !isOver else { return false }
    closeSocket()
    query = Query(name: chain.current, id: .random(in: .min ... .max), extended: isExtended)
    guard query != nil else {
      finish(.failure(.unavailable("cannot create a DNS query for \(name)")), lifetime: 0)
      return false
    }
    return true
  }

  private func adopt(_ channel: any Channel, _ token: Int) {
    guard token == self.token else { return channel.close(promise: nil) }
    self.channel = channel
  }

  private func opened(_ result: Result<any Channel, any Error>, _ server: Int, _ token: Int) {
    guard token == self.token else {
      // The lookup no longer needs this socket. If it was opened nevertheless, close it.
      if case .success(let channel) = result { channel.close(promise: nil) }
      return
    }
    openingServer = -1
    switch result {
    case .success(let channel):
      channelServer = server
      send(over: channel)
    case .failure(let error):
      exchange(token, failed: error)
    }
  }

  private func send(over channel: any Channel) {
    guard let query else { return }
    counters.add(\.queries)
    var buffer = channel.allocator.buffer(capacity: query.bytes.count + 2)
    if isStream { buffer.writeInteger(UInt16(clamping: query.bytes.count)) }
    buffer.writeBytes(query.bytes)
    let token = token
    channel.writeAndFlush(buffer).assumeIsolated().whenFailure { self.exchange(token, failed: $0) }
  }
}

// MARK: - Responses

extension DNSLookup: ExchangeDelegate {
  func exchange(_ token: Int, received message: ByteBuffer) {
    guard token == self.token, let query else { return }
    let bytes = message.readableBytesUInt8Span
    switch MessageHead.fit(bytes, to: query) {
    case .stray:
      counters.add(\.droppedReplies)
      // No one else can write into a TCP connection, so this is the server's own error.
      if isStream { perform(walk.didRespond(.malformed("the response over TCP is for another query"))) }
    case .notUnderstood(let code):
      handle(.notUnderstood(code: code), chain)
    case .answer:
      var chain = chain
      // Bytes past the end of the buffer are lost without notice.
      let isCut = !isStream && bytes.count >= Sockets.datagramBuffer
      let reply = isCut ? .truncated : ReplyReader.read(bytes, chain: &chain)
      handle(reply, chain)
    }
  }

  func exchange(_ token: Int, failed error: any Error) {
    guard token == self.token else { return }
    let reason = "\(configuration.servers[walk.server]): \(Self.words(error))"
    if isStream {
      perform(walk.didRespond(.unavailable(reason)))
    } else {
      perform(walk.unreachable(reason))
    }
  }

  private func handle(_ reply: Reply, _ chain: AliasChain) {
    health.didRespond(walk.server)
    switch reply {
    case .records(let records, let facts):
      merge(facts)
      finish(.records(records, secure: self.facts.authenticated), lifetime: self.facts.lifetime)
    case .noSuchName(let facts):
      merge(facts)
      finish(.noSuchName(secure: self.facts.authenticated), lifetime: self.facts.lifetime)
    case .noData(let facts):
      merge(facts)
      finish(.noData(secure: self.facts.authenticated), lifetime: self.facts.lifetime)
    case .alias(let facts):
      merge(facts)
      self.chain = chain
      follow()
    case .truncated where isStream: perform(walk.didRespond(.malformed("truncated over TCP")))
    case .truncated: openStream(walk.server)
    case .notUnderstood(let code): simplify(code)
    case .failure(.aliasLoop): finish(.failure(.aliasLoop), lifetime: 0)
    case .failure(let failure): perform(walk.didRespond(failure))
    }
  }

  /// Looks up the end of the CNAME chain, beginning with the server that sent the chain.
  private func follow() {
    let current = walk.server
    let others = walk.order.filter { $0 != current }
    walk = ServerRotation(order: [current] + others, rounds: configuration.boundedAttempts)
    closeSocket()
    beginWalk()
  }

  /// Queries the server again without EDNS. // RFC 6891 §7
  private func simplify(_ code: UInt8) {
    guard isExtended else { return perform(walk.didRespond(.responseCode(code))) }
    isExtended = false
    openSocket(walk.server)
  }

  private func merge(_ new: ReplyMetadata) {
    facts.lifetime = min(facts.lifetime, new.lifetime)
    facts.authenticated = facts.authenticated && new.authenticated && isTrusted(walk.server)
  }

  private func isTrusted(_ server: Int) -> Bool {
    switch configuration.trustAuthenticatedData {
    case .loopback: configuration.servers[server].isLoopback
    case .always: true
    case .never: false
    }
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as IOError: Errno(rawValue: error.errnoCode).description
    case let error as StreamExchange.Closed: error.description
    case is ChannelError: "connection timed out"
    default: "\(error)"
    }
  }
}
