import DKIMConfiguration
import DKIMCore
import DKIMDNS
import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

/// The program that sends failure reports, and the files for diagnosis, with real processes and directories.
@Suite("Server: failure reports", .timeLimit(.minutes(5)))
struct ReportSenderTests {
  /// A program in the directory that writes its arguments and its input to files.
  private func sendmail(_ folder: MilterFolder, end: String = "exit 0") throws -> String {
    try folder.write(
      "#!/bin/sh\nprintf '[%s]' \"$@\" > \(folder.file("arguments"))\ncat > \(folder.file("mail.new"))\n"
        + "mv \(folder.file("mail.new")) \(folder.file("mail"))\n\(end)\n", to: "sendmail", mode: 0o755)
    return folder.file("sendmail")
  }

  // MARK: The command

  @Test func `the command gets its arguments and the message, without a shell`() throws {
    let folder = try MilterFolder()
    let command = ReportCommand(
      words: [try sendmail(folder), "-t", "-f$(id);`x`"], timeLimit: .seconds(60))
    let message = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
    #expect(command.run(input: message) == nil)
    #expect(folder.read("arguments") == "[-t][-f$(id);`x`]")
    #expect(folder.read("mail").utf8.count == message.count)
  }

  @Test func `failures of the command are reported`() throws {
    let folder = try MilterFolder()
    let path = try sendmail(folder, end: "exit 75")
    #expect(
      ReportCommand(words: [path], timeLimit: .seconds(60)).run(input: []) == "\(path) failed with exit status 75")
    #expect(
      ReportCommand(words: ["/nonexistent"], timeLimit: .seconds(60)).run(input: [])
        == "/nonexistent: No such file or directory")
    #expect(ReportCommand(words: [], timeLimit: .seconds(60)).run(input: []) == "MTACommand is empty")
  }

  @Test func `a command that does not end is killed with its children`() async throws {
    let folder = try MilterFolder()
    try folder.write("#!/bin/sh\nsleep 1000 & echo $! > \(folder.file("child"))\nwait\n", to: "slow", mode: 0o755)
    let command = ReportCommand(words: [folder.file("slow")], timeLimit: .seconds(5))
    #expect(command.run(input: []) == "\(folder.file("slow")) did not finish within 5 s and was killed")
    let child = try #require(pid_t(folder.read("child").filter(\.isNumber)))
    try await eventually("the child has ended") {
      // A process that was killed may remain until its new parent has waited for it.
      guard let text = try? TestFiles.read("/proc/\(child)/stat") else { return true }
      return String(decoding: text, as: UTF8.self).contains(") Z")
    }
  }

  // MARK: The whole filter

  @Test func `the filter sends a report for a bad signature, and the message does not wait`() async throws {
    let folder = try MilterFolder()
    try folder.write(
      folder.read("records") + "_report._domainkey.example.com ra=dkim-errors; rp=100\n", to: "records")
    let milter = try await MilterDaemon(
      folder,
      lines: [
        "RequestReports yes", "Diagnostics yes", "SendReports yes", "ReportAddress Reports <reports@mx.example.org>",
        "MTACommand \(try sendmail(folder, end: "sleep 1"))", "DiagnosticDirectory \(folder.path)",
      ])
    defer { milter.process.stop() }
    let inside = try await milter.connect()
    var broken = try await inside.deliver().applied(to: MilterConnection.message)
    broken.body += Array("more\r\n".utf8)
    let outside = try await MilterConnection(milter.address, client: PeerClient(address: "192.0.2.1"))
    let outcome = try await outside.deliver(broken)
    #expect(outcome.isAccepted)
    #expect(outcome.modifications.first?.insertedValue?.contains("dkim=fail") == true)
    try await milter.logs("failure report sent to dkim-errors@example.com")
    #expect(folder.read("arguments") == "[-t][-freports@mx.example.org]")
    let mail = folder.read("mail")
    #expect(mail.hasPrefix("From: Reports <reports@mx.example.org>\nTo: dkim-errors@example.com\nDate: "))
    #expect(mail.contains("\nAuth-Failure: bodyhash ") && mail.contains("\nDKIM-Selector: s\n"))
    try await eventually("the diagnostic file is written") {
      try TestFiles.names(in: folder.path).contains { folder.read($0).hasPrefix("z tag headers:") }
    }
  }

  // MARK: Files

  private func write(_ name: String, _ directory: DiagnosticFile.Directory, _ text: String = "x") -> String? {
    DiagnosticFileWriter.write(DiagnosticFile(directory: directory, name: name, contents: Array(text.utf8)))
  }

  @Test func `files are new, and only their owner can read them`() throws {
    let folder = try MilterFolder()
    #expect(write("job", .diagnostics(folder.path), "first") == nil)
    #expect(write("job", .diagnostics(folder.path), "second") == nil)
    #expect(folder.read("job") == "first" && folder.read("job-2") == "second")
    var status = stat()
    #expect(lstat(folder.file("job"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(symlink(folder.file("target"), folder.file("link")) == 0)
    #expect(write("link", .diagnostics(folder.path)) == nil)
    #expect(!folder.exists("target") && folder.exists("link-2"))
    #expect(
      write("job", .diagnostics("/nonexistent")) == "DiagnosticDirectory /nonexistent: job: No such file or directory")
  }

  @Test func `temporary files are in a directory that belongs to the filter alone`() throws {
    let folder = try MilterFolder()
    #expect(write("a", .temporary(folder.path)) == nil)
    #expect(folder.read("dkim-milter/a") == "x")
    var status = stat()
    #expect(lstat(folder.file("dkim-milter"), &status) == 0 && status.st_mode & 0o777 == 0o700)
    chmod(folder.file("dkim-milter"), 0o755)
    #expect(write("b", .temporary(folder.path))?.contains("other users have access to it") == true)
    let other = try MilterFolder()
    #expect(symlink(folder.path, other.file("dkim-milter")) == 0)
    #expect(write("c", .temporary(other.path)) != nil && !folder.exists("c"))
  }
}
