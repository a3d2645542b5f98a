import Glibc
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Another root directory")
  struct RootDirectoryTests {
    /// If tasks ran on the shared threads of libdispatch, about one reload in ten would end the process.
    @Test(.enabled(if: MilterRun.isSuperuser), arguments: 0..<20)
    func `a reload without /proc`(_ number: Int) async throws {
      let folder = try Milter.makeFolder()
      defer { TestFiles.removeFolder(folder) }
      for path in ["/dev", "/tmp"] { mkdir(folder + path, 0o755) }
      symlink("/", folder + folder)
      try await Milter.run(MilterSetup("ChangeRootDirectory \(folder)"), in: folder) { milter in
        milter.process.signal(SIGUSR1)
        try await eventually("the configuration is loaded again", within: .seconds(5)) {
          milter.log.contains("configuration reloaded from")
        }
        let isSigned = try await MailSession.deliver(Mail.outgoing(number), to: milter).isSigned
        #expect(isSigned)
      }
    }
  }
}
