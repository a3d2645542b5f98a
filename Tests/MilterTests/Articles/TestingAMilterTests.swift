import Milter
import MilterPeer
import NIOCore
import NIOPosix
import Testing

/// The code of the article "Testing a milter". Scripts/check-articles compares the marked regions with the article.
@Suite(.timeLimit(.minutes(2))) struct TestingAMilterTests {
  @Test func `a peer sends a message and applies the modifications`() async throws {
    let server = try await TestServer.start("inet") { SizeFilter() }
    let address = server.address
    // article TestingAMilter
    let peer = try await MilterPeer.connect(to: address)
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed, as: PeerClient(address: "192.0.2.7"))
    let message = PeerMessage(Array("Subject: Lunch\r\n\r\nAt noon?\r\n".utf8))
    let outcome = try await peer.deliver(message, agreed)
    #expect(outcome.isAccepted)
    let changed = String(decoding: outcome.applied(to: message).bytes, as: UTF8.self)
    #expect(changed == "Subject: Lunch\r\nX-Body-Size: 10\r\n\r\nAt noon?\r\n")
    try await peer.quit()
    // end
    try await server.stop()
  }

  @Test func `a peer can offer what another MTA offers`() async throws {
    let server = try await TestServer.start("inet") { SizeFilter() }
    let address = server.address
    // article TestingAMilter
    let old = MilterOffer(version: 2, actions: .addHeaders, protocolOptions: [.noConnect, .noHelo])
    let peer = try await MilterPeer.connect(to: address)
    let agreed = try await peer.negotiate(old)
    #expect(agreed.agreement.version == 2)
    // end
    try await peer.quit()
    try await server.stop()
  }

  @Test func `a peer sends arbitrary bytes`() async throws {
    let server = try await TestServer.start("inet") { SizeFilter() }
    let address = server.address
    // article TestingAMilter
    let attacker = try await MilterPeer.connect(to: address, timeout: .seconds(10))
    try await attacker.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
    // The filter has closed the connection.
    #expect(try await attacker.nextFrame() == nil)
    // end
    try await server.stop()
  }

  @Test func `a filter can be called without a socket`() throws {
    // article TestingAMilter
    let filter = SizeFilter()
    let agreement = try filter.negotiate(.postfix).agreement(on: .postfix)
    let context = MilterContext(
      agreement: agreement, macros: MilterMacros(), eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    _ = filter.handle(.mail(MilterEnvelopeAddress("<alice@example.com>")), context: context)
    _ = filter.handle(.body(ByteBuffer(string: "At noon?\r\n")), context: context)
    guard case .now(let response) = filter.handle(.endOfMessage, context: context) else { return }
    #expect(response.modifications == [.addHeader("X-Body-Size", "10")])
    // end
  }
}
