import DKIMConfiguration
import Glibc
import Synchronization
import SystemSupport
import TestSupport
import Testing

@testable import DKIMDataSets

@Suite("Host name resolution", .measuresTime)
struct HostResolverTests {
  /// The result of the system's lookup, and its delay in milliseconds.
  private final class Names: Sendable {
    let script = Mutex<(outcome: HostResolver.Outcome, delay: UInt32)>((.success([]), 0))
    let searches = Atomic(0)

    func resolver() -> HostResolver {
      HostResolver(host: "host.example", port: 1) {
        let (outcome, delay) = self.script.withLock { $0 }
        self.searches.add(1, ordering: .relaxed)
        usleep(delay * 1000)
        return outcome
      }
    }

    func set(_ outcome: HostResolver.Outcome, after delay: UInt32 = 0) {
      script.withLock { $0 = (outcome, delay) }
    }
  }

  private let names = Names()
  private let address = SocketAddress(path: "/a")

  private var found: HostResolver.Outcome { .success(address.map { [$0] } ?? []) }

  @Test
  func `a numeric address needs no lookup`() throws {
    let resolver = HostResolver(host: "::1", port: 25) { .failure(SocketAddress.Failure(why: "was searched for")) }
    #expect(try resolver.addresses(until: Deadline(in: 1000)).map(\.family) == [AF_INET6])
  }

  @Test
  func `addresses are found; otherwise the error gives the reason`() throws {
    let resolver = names.resolver()
    names.set(.failure(SocketAddress.Failure(why: "Name or service not known")))
    #expect(
      throws: DataSetError.temporary("the host \"host.example\" cannot be resolved: Name or service not known")
    ) { _ = try resolver.addresses(until: Deadline(in: 1000)) }
    names.set(.success([]))
    #expect(throws: DataSetError.temporary("the host \"host.example\" has no address")) {
      _ = try resolver.addresses(until: Deadline(in: 1000))
    }
    names.set(found)
    #expect(try resolver.addresses(until: Deadline(in: 1000)) == found.get())
  }

  @Test
  func `late name servers do not block; their response is used later, and one lookup runs at a time`() async throws {
    let resolver = names.resolver()
    names.set(found, after: 400)
    let start = ContinuousClock.now
    for _ in 0..<2 {
      #expect(throws: DataSetError.temporary("the addresses of the host \"host.example\" were not found in time")) {
        _ = try resolver.addresses(until: Deadline(in: 30))
      }
    }
    #expect(ContinuousClock.now - start < .milliseconds(350))
    #expect(try resolver.addresses(until: Deadline(in: 5000)) == found.get())
    #expect(names.searches.load(ordering: .relaxed) == 1)
  }

  @Test
  func `addresses found before are used while name servers are down or late`() throws {
    let resolver = names.resolver()
    names.set(found)
    let addresses = try resolver.addresses(until: Deadline(in: 1000))
    names.set(.failure(SocketAddress.Failure(why: "Temporary failure in name resolution")))
    #expect(try resolver.addresses(until: Deadline(in: 1000)) == addresses)
    names.set(found, after: 400)
    let deadline = Deadline(in: 200)
    #expect(try resolver.addresses(until: deadline) == addresses)
    #expect(!deadline.isOver)
  }

  @Test
  func `if the caller may block, no thread is started`() throws {
    let resolver = names.resolver()
    names.set(found)
    let addresses = try DataSets.$mayBlock.withValue(true) { try resolver.addresses(until: Deadline(in: 1000)) }
    #expect(try addresses == found.get())
  }
}
