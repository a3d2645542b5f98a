import NIOCore
import Testing

@testable import DKIMCore
@testable import DKIMDNS

extension DNSTests {
  @Suite("The order of servers")
  struct ServerRotationTests {
    @Test
    func `without responses, each server is queried in each round`() {
      var walk = ServerRotation(order: [2, 0], rounds: 2)
      #expect(walk.server == 2 && !walk.isLastTry)
      #expect(walk.didTimeOut() == .ask(server: 0))
      #expect(walk.didTimeOut() == .ask(server: 2))
      #expect(walk.didTimeOut() == .ask(server: 0))
      #expect(walk.isLastTry)
      #expect(walk.failure(afterSeconds: 5) == .timeout(seconds: 5))
    }

    @Test
    func `a server that responded is not queried again; the last failure is the answer`() {
      var walk = ServerRotation(order: [0, 1, 2], rounds: 3)
      #expect(walk.didRespond(.refused) == .ask(server: 1))
      #expect(walk.didTimeOut() == .ask(server: 2))
      #expect(walk.didRespond(.serverFailure) == .ask(server: 1))
      #expect(walk.didTimeOut() == .ask(server: 1))
      #expect(walk.isLastTry)
      #expect(walk.failure(afterSeconds: 1) == .serverFailure)
      #expect(walk.didRespond(.malformed("x")) == .end(.malformed("x")))
    }

    @Test
    func `after an unreachable server, the next one is queried immediately, but a new round starts only after a wait`()
    {
      var walk = ServerRotation(order: [0, 1], rounds: 2)
      #expect(walk.unreachable("a") == .ask(server: 1))
      #expect(walk.unreachable("b") == .wait)
      #expect(walk.didTimeOut() == .ask(server: 0))
      #expect(walk.unreachable("c") == .ask(server: 1))
      #expect(walk.unreachable("d") == .end(.unavailable("d")))
      var other = ServerRotation(order: [0, 1], rounds: 1)
      #expect(other.didRespond(.refused) == .ask(server: 1))
      #expect(other.unreachable("x") == .end(.refused))
    }

    @Test
    func `a server moves to the end after three timeouts in a row, and back when it responds or the pause is over`() {
      let health = ServerHealth(count: 3)
      let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
      health.didTimeOut(1, at: now)
      health.didTimeOut(1, at: now)
      health.didRespond(1)
      health.didTimeOut(0, at: now)
      health.didTimeOut(0, at: now)
      #expect(health.sorted([0, 1, 2], at: now) == [0, 1, 2])
      health.didTimeOut(0, at: now)
      #expect(health.sorted([0, 1, 2], at: now) == [1, 2, 0])
      #expect(health.sorted([0, 1, 2], at: now + ServerHealth.pause) == [0, 1, 2])
      health.didTimeOut(0, at: now + ServerHealth.pause)
      #expect(health.sorted([0, 1, 2], at: now + ServerHealth.pause) == [1, 2, 0])
      health.didRespond(0)
      #expect(health.sorted([0, 1, 2], at: now) == [0, 1, 2])
    }
  }
}
