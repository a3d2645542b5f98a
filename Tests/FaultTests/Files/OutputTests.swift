import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Output that cannot be written")
  struct OutputTests {
    /// Settings that log much for each message.
    private static let talkative = ["SyslogSuccess yes", "LogWhy yes", "LogResults yes"]

    @Test
    func `if the disk of the log is full, lines are lost, but no mail`() async throws {
      var setup = MilterSetup()
      setup.lines = Self.talkative
      setup.log = .path("/dev/full")
      try await Milter.run(setup) { milter in
        let (_, traffic) = try await Traffic.beside(milter, minimum: 100) {}
        traffic.expectNormal()
        #expect(milter.process.stop() == 0)
      }
    }

    @Test
    func `a log that is not read loses lines, but no mail, and delays neither the reload nor the end`() async throws {
      let folder = try TestFiles.makeFolder("/tmp/dkim-faults-log-")
      defer { TestFiles.removeFolder(folder) }
      let pipe = folder + "/pipe"
      mkfifo(pipe, 0o600)
      let reader = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
      defer { close(reader) }
      try #require(reader >= 0)
      var setup = MilterSetup()
      setup.lines = Self.talkative
      setup.log = .path(pipe)
      try await Milter.run(setup) { milter in
        // Mail is sent until the pipe is full, and long after that.
        let (_, traffic) = try await Traffic.beside(milter, pause: .zero, minimum: 300) {}
        traffic.expectNormal()
        let before = milter.residentMemory
        milter.process.signal(SIGUSR1)
        let (_, more) = try await Traffic.beside(milter, pause: .zero, minimum: 300) {}
        more.expectNormal()
        if MilterRun.measuresMemory { #expect(milter.residentMemory - before < 16 << 20) }
        let start = ContinuousClock.now
        #expect(milter.process.stop() == 0)
        #expect(ContinuousClock.now - start < .seconds(3))
      }
    }

    @Test(.enabled(if: MilterRun.isSuperuser))
    func `a syslog that is not read, and one that ends, lose lines, but no mail`() async throws {
      // In another root directory, the test provides /dev/log; it is looked for again at a reload.
      let folder = try Milter.makeFolder()
      defer { TestFiles.removeFolder(folder) }
      for path in ["/dev", "/tmp"] { mkdir(folder + path, 0o755) }
      symlink("/", folder + folder)
      let log = try #require(DatagramSocket(at: folder + "/dev/log"))
      var setup = MilterSetup("Syslog yes", "ChangeRootDirectory \(folder)")
      setup.lines += Self.talkative
      try await Milter.run(setup, in: folder) { milter in
        milter.process.signal(SIGUSR1)
        try await eventually("syslog is used", within: .seconds(10)) { log.receive() != nil }
        let (_, traffic) = try await Traffic.beside(milter, pause: .zero, minimum: 300) {}
        traffic.expectNormal()
        while log.receive() != nil {}
        try await eventually("logging continues when the socket is read again", within: .seconds(5)) {
          _ = try await MailSession.deliver(Mail.outgoing(), to: milter)
          return log.receive() != nil
        }
        log.close()
        unlink(folder + "/dev/log")
        let (_, more) = try await Traffic.beside(milter, pause: .zero, minimum: 100) {}
        more.expectNormal()
        #expect(milter.process.stop() == 0)
      }
    }

    @Test
    func `files that have reached their size limit do not end the process: log, metrics`() async throws {
      var setup = MilterSetup()
      setup.preparation = ["ulimit -f 8"]
      try await Milter.run(setup) { milter in
        try milter.reconfigure(Self.talkative + ["MetricsFile \(milter.folder)/metrics"])
        milter.process.signal(SIGUSR1)
        let (_, traffic) = try await Traffic.beside(milter, minimum: 60) {}
        traffic.expectNormal()
        #expect(milter.log.utf8.count <= 8 * 1024)
        #expect(milter.process.isRunning)
      }
    }

    @Test(.enabled(if: MilterRun.isSuperuser))
    func `a full disk of the metrics or the pid file is logged`() async throws {
      let folder = try TestFiles.makeFolder("/tmp/dkim-faults-disk-")
      defer { TestFiles.removeFolder(folder) }
      // Mounting may be forbidden in a container.
      guard mount("tmpfs", folder, "tmpfs", 0, "size=16k") == 0 else { return }
      defer { umount2(folder, CInt(MNT_DETACH)) }
      let filling = (0..<10).map { "\(folder)/filling\($0)" }
      for path in filling { try? TestFiles.write([UInt8](repeating: 0x41, count: 4096), to: path) }
      let setup = MilterSetup("MetricsFile \(folder)/metrics", "SyslogSuccess yes")
      try await Milter.run(setup) { milter in
        try await milter.waitForLog("MetricsFile")
        let (_, traffic) = try await Traffic.beside(milter, minimum: 50) {}
        traffic.expectNormal()
        #expect(milter.process.stop() == 0)
      }
      try await Milter.run(MilterSetup("PidFile \(folder)/pid")) { milter in
        try await milter.waitForLog("can't write pid to \(folder)/pid: No space left on device")
        let (_, traffic) = try await Traffic.beside(milter, minimum: 50) {}
        traffic.expectNormal()
        #expect((try? TestFiles.read("\(folder)/pid")) == nil)
      }
    }
  }
}
