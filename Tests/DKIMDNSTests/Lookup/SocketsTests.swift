import NIOCore
import NIOPosix
import Testing

@testable import DKIMDNS
import TestSupport

extension DNSTests {
  @Suite("Sockets")
  struct SocketsTests {
    private final class Deaf: ExchangeDelegate {
      func exchange(_ token: Int, received message: ByteBuffer) {}
      func exchange(_ token: Int, failed reason: any Error) {}
    }

    @Test(arguments: [false, true])
    func `a socket that is closed before it is connected is closed and no longer counted`(_ isStream: Bool) async throws
    {
      try await ScriptedServer.run({ _ in [] }) { server in
        let server = server.server
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let counters = Counters()
        try await loop.flatSubmit { () -> EventLoopFuture<Void> in
          let sockets = Sockets(loop: loop, counters: counters)
          let close = { (channel: any Channel) in channel.close(promise: nil) }
          let connected =
            isStream
            ? sockets.connectStream(to: server, within: .seconds(1), token: 0, delegate: Deaf(), opened: close)
            : sockets.connectDatagram(to: server, token: 0, delegate: Deaf(), opened: close)
          let bound = NIOLoopBound(sockets, eventLoop: loop)
          return connected.map { _ in }.flatMapError { _ in loop.makeSucceededVoidFuture() }
            .flatMap { bound.value.whenClosed() }
        }.get()
        #expect(counters.snapshot.openSockets == 0)
      }
    }
  }
}
