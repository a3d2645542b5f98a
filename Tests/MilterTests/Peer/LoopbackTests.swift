import Milter
import MilterPeer
import NIOCore
import NIOPosix
import Testing

/// Filters on real sockets.
@Suite(.timeLimit(.minutes(2))) struct LoopbackTests {
  private let message = PeerMessage(
    Array("Received: by x\r\nSubject: a\r\n\tb\r\nX-Gone: 1\r\nX-Gone: 2\r\nX: y\r\n\r\nbody\r\n".utf8))

  @Test(arguments: ["unix", "inet"]) func `a message is changed on its way`(_ family: String) async throws {
    let server = try await TestServer.start(family) { EditingFilter() }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate()
    #expect(agreed.symbolLists[.endOfHeader] == ["i"])
    #expect(try await peer.open(agreed).isAccepted)
    for _ in 0..<3 {
      let outcome = try await peer.deliver(message, agreed)
      #expect(outcome.verdict == PeerVerdict(.accept))
      let hidden = PeerMessage.Field(name: Array("Received".utf8), value: Array(" hidden".utf8))
      let result = String(decoding: outcome.applied(to: message, hidden: [hidden]).bytes, as: UTF8.self)
      let expected = """
        Top: 1\r\nReceived: hidden\r\nBelow: 1\r\nReceived: by x\r\nSubject: new\r\n\tfold\r\nX: y\r\nX-Size: 6\r\n\
        X-Queue: 4B1C2D3E4F\r\n\r\nbody\r\n
        """
      #expect(result == expected)
      try await peer.abort()
    }
    try await peer.quit()
    try await server.stop()
  }

  @Test func `a large message arrives whole`() async throws {
    let server = try await TestServer.start("inet") { EditingFilter() }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed)
    var large = message
    large.body = [UInt8](repeating: 0x61, count: 10_000_000)
    let outcome = try await peer.deliver(large, agreed)
    #expect(outcome.modifications.contains(.addHeader(name: Array("X-Size".utf8), value: Array(" 10000000".utf8))))
    try await peer.quit()
    try await server.stop()
  }

  @Test func `an MTA of version 2 is served`() async throws {
    let server = try await TestServer.start("inet") { EditingFilter() }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate(
      MilterOffer(
        version: 2, actions: MilterActions(rawValue: 0x3F), protocolOptions: MilterProtocolOptions(rawValue: 0x7F)))
    _ = try await peer.open(agreed)
    let outcome = try await peer.deliver(message, agreed)
    #expect(outcome.verdict == PeerVerdict(.accept))
    let applied = outcome.applied(to: message, leadingSpace: false)
    #expect(String(decoding: applied.bytes, as: UTF8.self).hasPrefix("Top: 1\r\n"))
    try await peer.quit()
    try await server.stop()
  }

  @Test func `invalid packets end only their own connection`() async throws {
    let server = try await TestServer.start("unix") { EditingFilter() }
    let good = try await MilterPeer.connect(to: server.address)
    let agreed = try await good.negotiate()
    _ = try await good.open(agreed)
    for bytes in [
      [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 0x5A], [0, 0, 0, 1, 0x4D], [0, 0, 0, 2, 0x4F, 0],
      Array("GET / HTTP/1.1\r\n\r\n".utf8),
    ] as [[UInt8]] {
      let bad = try await MilterPeer.connect(to: server.address, timeout: .seconds(10))
      try await bad.send(ByteBuffer(bytes: bytes))
      #expect(try await bad.nextFrame() == nil)
      #expect(try await good.deliver(message, agreed).verdict == PeerVerdict(.accept))
    }
    try await good.quit()
    try await server.stop()
  }

  @Test func `a filter that closes at once is reported as closed`() async throws {
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { $0.close() }
      .bind(host: "127.0.0.1", port: 0).get()
    let address = PeerAddress.inet(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
    for _ in 0..<50 {
      let peer = try await MilterPeer.connect(to: address)
      await #expect(throws: (any Error).self) { try await peer.negotiate() }
      try await peer.close()
    }
    try await server.close().get()
  }

  @Test func `a peer that closes in the middle of a message is reported`() async throws {
    let server = try await TestServer.start("inet") { EditingFilter() }
    for _ in 0..<20 {
      let peer = try await MilterPeer.connect(to: server.address)
      let agreed = try await peer.negotiate()
      _ = try await peer.open(agreed)
      try await peer.send(Packets.bytes([Packets.sample(.mail), Packets.sample(.recipient)]))
      try await peer.close()
    }
    try await server.stop()
  }
}

/// A filter that makes one change of each kind.
final class EditingFilter: MilterFilter {
  private var size = 0

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    MilterRequirements(
      requiredActions: [.addHeaders, .changeHeaders],
      protocolOptions: [.noReplyHeader, .noReplyBody, .headerLeadingSpace],
      symbolLists: [.endOfHeader: ["i"]])
  }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    switch event {
    case .mail: size = 0
    case .body(let piece): size += piece.readableBytes
    case .endOfMessage:
      let response = MilterResponse(
        .accept,
        modifications: [
          .deleteHeader(name: "x-gone", index: 2), .deleteHeader(name: "X-GONE", index: 1),
          .changeHeader(name: "subject", index: 1, value: Array("new\r\n\tfold".utf8)).named("Subject"),
          .insertHeader("Below", "1", at: 1), .insertHeader("Top", "1"), .addHeader("X-Size", "\(size)"),
          .addHeader("X-Queue", context.macros["i"] ?? "none"),
        ])
      return .later(context.eventLoop.makeSucceededFuture(response))
    default: break
    }
    return .continue
  }
}

extension MilterModification {
  /// The same change with another spelling of the field name.
  fileprivate func named(_ name: String) -> MilterModification {
    guard case .changeHeader(_, let index, let value) = self else { return self }
    return .changeHeader(name: name, index: index, value: value)
  }
}
