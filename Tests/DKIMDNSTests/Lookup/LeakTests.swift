import Glibc
import NIOCore
import NIOPosix
import SystemSupport
import Testing

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("No leaks")
  struct LeakTests {
    /// The number of lookups; 100,000 if `DKIM_LONG_TESTS` is set in the environment.
    static var questions: Int { unsafe getenv("DKIM_LONG_TESTS") == nil ? 20_000 : 100_000 }

    static func openDescriptors() -> Int {
      guard let directory = unsafe opendir("/proc/self/fd") else { return -1 }
      defer { unsafe closedir(directory) }
      var count = 0
      while unsafe readdir(directory) != nil { count += 1 }
      return count
    }

    /// The resident memory in KiB.
    static func residentMemory() throws -> Int {
      let file = try WholeFile.read("/proc/self/statm", limit: 4096)
      let pages = String(decoding: file, as: UTF8.self).split(separator: " ")
      return (Int(pages[1]) ?? 0) * 4
    }

    /// Looks up different names, 200 at a time.
    static func ask(_ source: DNSKeySource, _ range: Range<Int>) async {
      await withTaskGroup(of: Void.self) { group in
        for number in range {
          if number - range.lowerBound >= 200 { _ = await group.next() }
          group.addTask { _ = await source.answer(name: "s._domainkey.d\(number).example") }
        }
      }
    }

    @Test
    func `tables, sockets and memory after many timeouts`() async throws {
      // No one reads from this socket.
      let silent = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelOption(.autoRead, value: false).bind(host: "127.0.0.1", port: 0).get()
      let port = try #require(silent.localAddress?.port)
      var configuration = DNSConfiguration(servers: [try NameServer("127.0.0.1@\(port)")])
      configuration.timeout = .milliseconds(20)
      configuration.attemptTimeout = .milliseconds(8)
      // Use a separate loop, so that other tests do not wait for this one.
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      try await withKeySource(configuration, group: group) { source in
        await Self.ask(source, 0..<2000)
        let descriptors = Self.openDescriptors()
        let memory = try Self.residentMemory()
        await Self.ask(source, 2000..<Self.questions)
        let statistics = source.statistics
        #expect(statistics.questions == Self.questions && statistics.timeouts == Self.questions)
        #expect(statistics.questionsUnderWay == 0)
        #expect(statistics.cachedAnswers == 0 && statistics.cachedBytes == 0)
        #expect(await DNSTests.SharingTests.eventually { source.statistics.openSockets == 0 })
        // Other tests run at the same time and use sockets and memory, too.
        #expect(await DNSTests.SharingTests.eventually { Self.openDescriptors() < descriptors + 300 })
        let growth = try Self.residentMemory() - memory
        #expect(growth < 40_000)
      }
      try await silent.close()
      try await group.shutdownGracefully()
    }
  }
}
