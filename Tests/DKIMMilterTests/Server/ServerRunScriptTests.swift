import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: the milter of make run", .serialized, .timeLimit(.minutes(2)))
struct ServerRunScriptTests {
  private func leftovers() throws -> Int {
    try TestFiles.names(in: TestFiles.package.appending(".build").string).count { $0.hasPrefix("run-") }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `it signs, prints what Postfix and DNS need, and leaves no files`(signal: CInt) async throws {
    let folder = try MilterFolder()
    let port = try FreePort.find()
    let before = try leftovers()
    let process = try ChildProcess(
      [TestFiles.package.appending("Scripts/run-milter").string, TestFiles.programs],
      environment: ["PORT": "\(port)", "DOMAIN": "example.com", "SELECTOR": ""], log: folder.file("log"))
    defer { process.stop() }
    let address = try #require(PeerAddress("inet:\(port)@127.0.0.1"))
    try await eventually("it listens: \(folder.read("log"))") { await MilterDaemon.answers(address) }
    #expect(try await MilterConnection(address).signs())
    try await eventually("it logs") {
      folder.read("log").contains("DKIM-Signature field added (s=demo, d=example.com)")
    }
    let text = folder.read("log")
    #expect(text.contains("smtpd_milters = inet:localhost:\(port)\n"))
    #expect(text.contains("non_smtpd_milters = $smtpd_milters\n"))
    #expect(text.contains("demo._domainkey.example.com.\tIN\tTXT\t( \"v=DKIM1; "))
    // A terminal sends the signal to both; it has to work with the script alone, too.
    process.signal(signal)
    #expect(try await process.end() == (signal == SIGINT ? 130 : 143))
    #expect(try leftovers() == before)
    #expect(await !MilterDaemon.answers(address))
  }
}
