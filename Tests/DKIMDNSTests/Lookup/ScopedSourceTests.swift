import DKIMCore
import DKIMDNS
import Glibc
import NIOPosix
import TestSupport
import Testing

extension DNSTests {
  @Suite("A key source for the duration of a function")
  struct ScopedSourceTests {
    struct Failure: Error {}

    @Test
    func `the key source answers inside the function and is shut down after it has returned`() async throws {
      let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("s")))
      try await ScriptedServer.run({ [.send($0.text("real", ttl: 0))] }) { server in
        let (answer, source) = await withDNSKeySource(
          configuration: DNSConfiguration(servers: [server.server]),
          group: MultiThreadedEventLoopGroup.singleton
        ) { source in
          (await source.answer(query), source)
        }
        #expect(answer == .records([Array("real".utf8)], secure: false))
        #expect(source.statistics.openSockets == 0)
        #expect(await source.answer(query) == .failure(.unavailable("the key source is shut down")))
      }
    }

    @Test
    func `the key source is shut down after the function has thrown, and the error is passed on`() async throws {
      let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("s")))
      var kept: DNSKeySource?
      await #expect(throws: Failure.self) {
        try await withDNSKeySource(
          configuration: DNSConfiguration(servers: []), group: MultiThreadedEventLoopGroup.singleton
        ) { source throws(Failure) in
          kept = source
          throw Failure()
        }
      }
      let source = try #require(kept)
      #expect(await source.answer(query) == .failure(.unavailable("the key source is shut down")))
    }
  }

  @Suite("The current time")
  struct CurrentTimeTests {
    @Test
    func `the current time is that of the system clock, in seconds`() {
      let before = UInt64(time(nil))
      let now = Timestamp.now
      #expect((before...UInt64(time(nil))).contains(now.seconds))
    }
  }
}
