import Glibc
import Testing
import TestSupport

extension RealMailTests {
  /// Mail while the milter fails or restarts.
  @Suite struct Trouble {
    @Test(arguments: MilterSocket.allCases)
    func `two thousand messages over twenty sessions`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      try await house.milter(house.standard, socket)
      let name = MailHouse.name("many")
      let load = try await house.load(name, count: 2000, sessions: 20, .submission, socket)
      let result = try await house.client.end(of: load)
      let log = await house.milters.log(socket)
      #expect(result.accepted.count == 2000 && result.refused == [], "\(result.summary); the milter: \(log)")
      let mail = try await house.collect(name, result)
      #expect(mail.count == 2000)
      #expect(mail.values.allSatisfy { $0.selectors == ["rsa"] })
      for one in mail.values.prefix(5) { try await house.panel.expectAccepted(one) }
      print("mail: \(socket): 2000 messages over 20 sessions in \(result.seconds) s, p99 \(result.percentile(0.99)) s")
    }

    @Test(arguments: MilterSocket.allCases)
    func `reloaded under load`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      let milter = try await house.milter(house.standard.adding("AutoRestart no"), socket)
      let name = MailHouse.name("reload")
      let load = try await house.load(name, count: 300, sessions: 4, .submission, socket)
      for round in 0..<10 {
        try await eventually("more mail arrives") { try house.sink.count(name) >= round * 20 }
        milter.process.signal(SIGUSR1)
      }
      let result = try await house.client.end(of: load)
      #expect(result.accepted.count == 300 && result.refused == [], "\(result.summary)")
      #expect(try await house.collect(name, result).values.allSatisfy { $0.selectors == ["rsa"] })
      #expect(milter.isRunning)
    }

    /// No accepted message is lost; messages that arrive while the milter is down are delivered without it.
    @Test(arguments: MilterSocket.allCases)
    func `killed, with the default action accept`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      let (result, mail) = try await killed(house, Door(role: .submission, action: .accept), socket)
      #expect(mail.count == result.accepted.count)
      #expect(mail.values.contains { $0.selectors == [] })
      #expect(mail.values.contains { $0.selectors == ["rsa"] })
    }

    /// No accepted message is lost, and none leaves unsigned.
    @Test(arguments: MilterSocket.allCases)
    func `killed, with the default action tempfail`(_ socket: MilterSocket) async throws {
      let house = try MailHouse.here
      let (result, mail) = try await killed(house, .submission, socket)
      #expect(mail.values.allSatisfy { $0.selectors == ["rsa"] })
      #expect(!result.refused.isEmpty)
      // If the session broke after the last byte, the message may have been accepted nevertheless.
      let refusals = result.refused.map { $0.split(separator: " ", maxSplits: 1).last ?? "" }
      #expect(refusals.allSatisfy { $0.hasPrefix("4") || $0.hasPrefix("000") }, "\(Set(refusals))")
    }

    /// Kills the milter under load, starts it again, and waits for the rest.
    private func killed(
      _ house: MailHouse, _ door: Door, _ socket: MilterSocket
    ) async throws -> (LoadResult, [String: DeliveredMail]) {
      try await house.milter(house.standard, socket)
      let name = MailHouse.name("killed")
      let load = try await house.load(name, count: 100_000, sessions: 4, door, socket)
      try await eventually("mail arrives") { try house.sink.count(name) >= 40 }
      await house.milters.stop(socket, SIGKILL)
      // This is long enough for some messages to arrive while the milter is down.
      try await Task.sleep(for: .milliseconds(500))
      try await house.milter(house.standard, socket)
      let here = try house.sink.count(name)
      try await eventually("mail arrives again") { try house.sink.count(name) >= here + 40 }
      try await house.client.stop(load)
      let result = try await house.client.end(of: load)
      return (result, try await house.collect(name, result))
    }
  }
}
