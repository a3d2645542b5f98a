import DKIMCore
import Glibc
import Milter
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import DKIMConfiguration
@testable import DKIMMilter

@Suite("Server: key files and the event loop")
struct KeyFileLoopTests {
  /// A slow user database, which records how it is used.
  private final class Directory: Sendable {
    let lookups = Mutex(0)
    let turns = Mutex(0)
    let gaveUp = Mutex(false)

    /// Waits until the loop has run another task twice, at most five seconds.
    func wait() {
      lookups.withLock { $0 += 1 }
      let last = turns.withLock { $0 } + 2
      let end = ContinuousClock.now + .seconds(5)
      while turns.withLock({ $0 }) < last {
        guard ContinuousClock.now < end else { return gaveUp.withLock { $0 = true } }
        usleep(1000)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a slow user database delays no other connection of the event loop`() async throws {
    // If no other user can write to the directory, accounts are looked up only for the key file.
    let home = try #require(getenv("HOME").map { String(cString: $0) })
    let folder = try TestFiles.makeFolder(home + "/dkim-keys-")
    defer { TestFiles.removeFolder(folder) }
    let path = folder + "/key"
    try TestFiles.write(Array(try SigningKey.generate(.ed25519).pem.utf8), to: path)
    chmod(path, 0o640)
    let directory = Directory()
    var options = SigningKeyStore.Options()
    options.requireSafeKeys = false
    let store = SigningKeyStore(
      options,
      groups: { gid, _ in
        directory.wait()
        return KeyGroup(name: "\(gid)", other: nil)
      })
    var scene = FilterScene()
    scene.client = FilterScene.inside
    scene.configuration.signing.keyStore = store
    scene.configuration.signing.keys = .single(
      .init(
        domains: try await Lists.members("example.com"), subDomains: false, selector: try Selector("s"),
        key: .file(path)))
    let policy = MailPolicy(scene.configuration, hostName: "host.example.org")
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let executor = LoopExecutor(loop)
    let ready = scene
    loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { _ in directory.turns.withLock { $0 += 1 }
    }
    // Two messages need the key, which is read once.
    let tasks = (0..<2).map { _ in
      Task(executorPreference: executor) {
        var message = policy.message(from: ready.client)
        ready.fill(&message, FilterScene.plain)
        return await policy.decide(message.facts)
      }
    }
    var keys: [SigningKey] = []
    for task in tasks {
      if case .sign(let requests) = await task.value.action { keys += requests.compactMap(\.key.local) }
    }
    #expect(directory.lookups.withLock { $0 } > 0)
    #expect(!directory.gaveUp.withLock { $0 })
    #expect(keys.count == 2 && keys[0] === keys[1])
    try await group.shutdownGracefully()
  }
}
