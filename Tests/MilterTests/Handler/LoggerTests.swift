import InMemoryLogging
import Logging
import Milter
import MilterPeer
import NIOCore
import Testing

/// What an embedder's logger gets.
@Suite(.timeLimit(.minutes(2))) struct LoggerTests {
  private let message = PeerMessage(Array("Subject: a\r\n\r\nbody\r\n".utf8))

  @Test func `an unexpected end of a connection is logged, and a usual one is not`() async throws {
    let handler = InMemoryLogHandler()
    let server = try await TestServer.start("inet", logger: Logger(label: "test", factory: { _ in handler })) {
      SizeFilter()
    }
    let good = try await MilterPeer.connect(to: server.address)
    let agreed = try await good.negotiate()
    _ = try await good.open(agreed)
    #expect(try await good.deliver(message, agreed).isAccepted)
    try await good.quit()
    let bad = try await MilterPeer.connect(to: server.address, timeout: .seconds(10))
    try await bad.send(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
    #expect(try await bad.nextFrame() == nil)
    #expect(handler.entries.map(\.level) == [.warning])
    let reason = handler.entries.first?.metadata["reason"].map { "\($0)" } ?? ""
    #expect(reason.hasPrefix("protocol error: "))
    try await server.stop()
  }

  @Test func `an answer that fails is logged`() async throws {
    struct Failure: Error {}
    let handler = InMemoryLogHandler()
    let server = try await TestServer.start("inet", logger: Logger(label: "test", factory: { _ in handler })) {
      SenderFilter { _ in throw Failure() }
    }
    let peer = try await MilterPeer.connect(to: server.address)
    let agreed = try await peer.negotiate()
    _ = try await peer.open(agreed)
    #expect(try await peer.deliver(message, agreed).verdict == PeerVerdict(.tempfail))
    #expect(handler.entries.map { "\($0.level): \($0.message)" } == ["warning: an answer of the filter failed"])
    try await peer.quit()
    try await server.stop()
  }
}
