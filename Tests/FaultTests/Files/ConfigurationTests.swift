import Glibc
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport
import Testing

extension Faults {
  @Suite("Configurations that go bad")
  struct ConfigurationTests {
    enum Junk: String, CaseIterable, CustomTestStringConvertible {
      case deleted, empty, binary, unknownName, badValue, noKey, folder, fifo, endless, includesItself, huge, longLine

      var testDescription: String { rawValue }

      func happen(to milter: Milter) throws {
        let path = milter.configuration
        switch self {
        case .unknownName: return try milter.reconfigure(["Canonicalisation relaxed"])
        case .badValue: return try milter.reconfigure(["On-BadSignature explode"])
        case .noKey: return try milter.reconfigure(["KeyFile /nowhere/at/all"])
        case .includesItself: return try milter.reconfigure(["Include \(path)"])
        default: unlink(path)
        }
        switch self {
        case .empty: try TestFiles.write([], to: path)
        case .binary: try TestFiles.write((0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 77) }, to: path)
        case .folder: mkdir(path, 0o700)
        case .fifo: mkfifo(path, 0o600)
        case .endless: symlink("/dev/zero", path)
        case .huge: try TestFiles.write([UInt8](repeating: 0x0A, count: 24 << 20), to: path)
        case .longLine: try TestFiles.write([UInt8](repeating: 0x41, count: 3 << 20), to: path)
        default: break
        }
      }
    }

    @Test
    func `after junk, which is logged, the old configuration remains in effect`() async throws {
      _ = try await concurrently(Junk.allCases, atOnce: 6) { try await Self.adopt($0) }
    }

    private static func adopt(_ junk: Junk) async throws {
      try await Milter.run { milter in
        let memory = milter.peakMemory
        try junk.happen(to: milter)
        let (_, traffic) = try await Traffic.beside(milter) {
          milter.process.signal(SIGUSR1)
          try await milter.waitForLog("not reloaded")
          milter.process.signal(SIGHUP)
          try await milter.waitForLog("not reloaded", count: 2)
        }
        traffic.expectNormal("\(junk)")
        #expect(milter.log.contains("opendkim.conf"), "\(junk)")
        #expect(milter.log.utf8.count < 100_000, "\(junk)")
        if MilterRun.measuresMemory { #expect(milter.peakMemory - memory < 128 << 20, "\(junk)") }
        if rmdir(milter.configuration) != 0 { unlink(milter.configuration) }
        try milter.reconfigure(["SoftwareHeader yes"])
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("configuration reloaded")
        let outcome = try await MailSession.deliver(Mail.outgoing(), to: milter)
        #expect(outcome.inserted("DKIM-Filter").count == 1, "\(junk)")
      }
    }

    @Test
    func `200 reloads under load: every message is signed, under the old selector or the new one; nothing leaks`()
      async throws
    {
      try await NameService.run { names in
        var setup = MilterSetup("Selector one")
        setup.nameServer = names.server
        try await Milter.run(setup) { milter in
          try await Self.reload(milter, times: 20)
          let descriptors = try await milter.settledDescriptors()
          let before = (memory: milter.residentMemory, threads: milter.threads)
          let (_, traffic) = try await Traffic.beside(milter, pause: .milliseconds(2)) {
            try await Self.reload(milter, times: 200 * MilterRun.scale)
          }
          traffic.expectNormal()
          let good = try Mail.signed("good", "example.com")
          #expect(try await MailSession.deliver(good, to: milter, from: MailSession.outside).words == ["pass"])
          try await eventually("nothing is left open", within: .seconds(5)) {
            milter.descriptors <= descriptors + 2
          }
          // The number of threads that the runtime keeps for reloads varies: one for each processor, and one that
          // watches them.
          #expect(milter.threads <= before.threads + System.coreCount + 1)
          if MilterRun.measuresMemory { #expect(milter.residentMemory - before.memory < 16 << 20) }
        }
      }
    }

    @Test
    func `many signals cause one or two reloads, and mail is processed`() async throws {
      try await Milter.run { milter in
        let (_, traffic) = try await Traffic.beside(milter) {
          for _ in 0..<2000 { milter.process.signal(Bool.random() ? SIGUSR1 : SIGHUP) }
          try await milter.waitForLog("configuration reloaded")
        }
        traffic.expectNormal()
        #expect(milter.process.isRunning)
      }
    }

    /// Each configuration has different name servers, so that nothing of the old one can be kept.
    private static func reload(_ milter: Milter, times: Int) async throws {
      var said = milter.log.components(of: "configuration reloaded")
      for number in 0..<times {
        let selector = number % 2 == 0 ? "two" : "one"
        try milter.reconfigure(["Selector \(selector)", "DNSTimeout \(2 + number % 3)"])
        milter.process.signal(number % 3 == 0 ? SIGHUP : SIGUSR1)
        said += 1
        let wanted = said
        try await milter.waitForLog("configuration reloaded", count: wanted)
        let outcome = try await MailSession.deliver(Mail.outgoing(number), to: milter)
        #expect(outcome.inserted("DKIM-Signature").first?.contains("s=\(selector)") == true)
      }
    }
  }
}
