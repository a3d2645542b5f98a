import Milter
import MilterPeer
import NIOCore
import NIOPosix
import Testing

// Scripts/check-articles compares the marked regions with the articles.

// article WritingAMilter 1
final class SizeFilter: MilterFilter {
  private var size = 0

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    MilterRequirements(
      requiredActions: .addHeaders, protocolOptions: [.noHelo, .noUnknown, .noReplyBody, .headerLeadingSpace])
  }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    switch event {
    case .mail: size = 0
    case .body(let chunk): size += chunk.readableBytes
    case .endOfMessage:
      return .now(MilterResponse(.accept, modifications: [.addHeader("X-Body-Size", "\(size)")]))
    default: break
    }
    return .continue
  }
}
// end

// article WritingAMilter 3
final class SenderFilter: MilterFilter {
  private let isWelcome: @Sendable (String) async throws -> Bool

  init(isWelcome: @escaping @Sendable (String) async throws -> Bool) { self.isWelcome = isWelcome }

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements { MilterRequirements() }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    guard case .mail(let sender) = event else { return .continue }
    let address = String(buffer: sender.address)
    let promise = context.eventLoop.makePromise(of: MilterResponse.self)
    promise.completeWithTask { [isWelcome] in
      try await isWelcome(address) ? .continue : .reject
    }
    return .later(promise.futureResult)
  }
}
// end

/// The code of the article "Writing a milter".
@Suite(.timeLimit(.minutes(2))) struct WritingAMilterTests {
  private let message = PeerMessage(Array("Subject: a\r\n\r\nbody\r\n".utf8))

  @Test func `the filter adds the size of the body`() async throws {
    // article WritingAMilter 2
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try MilterServer.configure(channel) { SizeFilter() }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    // end
    let port = try #require(server.localAddress?.port)
    let peer = try await MilterPeer.connect(to: .inet(host: "127.0.0.1", port: port))
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed)
    let outcome = try await peer.deliver(message, agreed)
    #expect(outcome.verdict == PeerVerdict(.accept))
    #expect(outcome.modifications == [.addHeader(name: Array("X-Body-Size".utf8), value: Array(" 6".utf8))])
    try await peer.quit()
    try await server.close().get()
  }

  @Test(arguments: [("<good@example.com>", true), ("<bad@example.com>", false)])
  func `the filter decides about the sender in a task`(_ sender: String, _ isAccepted: Bool) async throws {
    let server = try await TestServer.start("inet") { SenderFilter { $0.hasPrefix("good") } }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed)
    var message = message
    message.sender = sender
    #expect(try await peer.deliver(message, agreed).isAccepted == isAccepted)
    try await peer.quit()
    try await server.stop()
  }

  @Test func `a task that fails defers the message`() async throws {
    struct Failure: Error {}
    let server = try await TestServer.start("inet") { SenderFilter { _ in throw Failure() } }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed)
    #expect(try await peer.deliver(message, agreed).verdict == PeerVerdict(.tempfail))
    try await peer.quit()
    try await server.stop()
  }
}
