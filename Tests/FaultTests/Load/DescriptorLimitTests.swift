import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Few descriptors")
  struct DescriptorLimitTests {
    @Test(arguments: [8, 24, 48, 112])
    func `at the limit of descriptors, it does not spin, logs the problem, and recovers`(_ spare: Int) async throws {
      // The number of descriptors it needs for itself depends on the number of processors.
      let limit = try await Milter.run { try await $0.settledDescriptors() } + spare
      var setup = MilterSetup()
      setup.preparation = ["ulimit -n \(limit)"]
      try await Milter.run(setup) { milter in
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
        let before = try await milter.settledDescriptors()
        var sockets = (0..<(3 * limit)).compactMap { _ in RawSocket(unix: milter.socket) }
        defer { for socket in sockets { socket.close() } }
        try await milter.waitForLog("connections")
        try await eventually("it is quiet for half a second", within: .seconds(10)) {
          let work = milter.processorTime
          try await Task.sleep(for: .milliseconds(500))
          return milter.processorTime - work < 0.05
        }
        #expect(milter.process.isRunning)
        #expect(milter.log.utf8.count < 20_000, "a line for each connection would be too much")
        for socket in sockets { socket.close() }
        sockets = []
        try await eventually("mail is signed again", within: .seconds(10)) {
          (try? await MailSession.deliver(Mail.outgoing(), to: milter, timeout: .seconds(5)).isSigned) == true
        }
        try await eventually("all connections are closed", within: .seconds(5)) { milter.descriptors <= before }
        let (_, traffic) = try await Traffic.beside(milter) {}
        traffic.expectNormal()
      }
    }

    @Test
    func `too few descriptors at the start are an error that contains the required number`() async throws {
      var setup = MilterSetup()
      setup.preparation = ["ulimit -n 14"]
      let (status, log) = try await Milter.fail(setup)
      #expect(status == 71 && log.contains("ulimit -n"), "\(status): \(log)")
    }

    @Test
    func `DNS queries without a free descriptor end in temperror, and later queries succeed`() async throws {
      try await NameService.run { names in
        var setup = MilterSetup("DNSTimeout 2", "On-DNSError accept")
        setup.nameServer = names.server
        setup.preparation = ["ulimit -n 64"]
        try await Milter.run(setup) { milter in
          let messages = try (0..<20).map { number in
            try Mail.signed((0..<3).map { ("silence\($0)", "n\(number).example.com") })
          }
          let (outcomes, traffic) = try await Traffic.beside(milter) {
            try await concurrently(messages, atOnce: 20) {
              try await MailSession.deliver($0, to: milter, from: MailSession.outside)
            }
          }
          for outcome in outcomes { #expect(outcome.words == ["temperror", "temperror", "temperror"]) }
          // Some of the queries may have had to wait for a descriptor.
          #expect(traffic.unsigned == 0 && traffic.percentile(50) < .seconds(1))
          let good = try Mail.signed("good", "after.example.com")
          let outcome = try await MailSession.deliver(good, to: milter, from: MailSession.outside)
          #expect(outcome.words == ["pass"])
        }
      }
    }
  }
}
