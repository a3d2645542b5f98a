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
    let talkative = try sendmail(folder, end: "echo first; echo second >&2; yes; exit 1")
    let failure = try #require(ReportCommand(words: [talkative], timeLimit: .seconds(60)).run(input: []))
    #expect(failure.hasPrefix("\(talkative) failed with exit status 1: first; second; y; y"))
    #expect(failure.utf8.count < 10_000)
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

  /// Publishes an address for reports, and returns the settings for sending them.
  private func reporting(_ folder: MilterFolder, command: String) throws -> [String] {
    try folder.write(
      folder.read("records") + "_report._domainkey.example.com ra=dkim-errors; rp=100\n", to: "records")
    return [
      "RequestReports yes", "SendReports yes", "ReportAddress Reports <reports@mx.example.org>",
      "MTACommand \(command)",
    ]
  }

  /// Delivers a message whose body was changed after it was signed.
  private func deliverBroken(_ milter: MilterDaemon) async throws {
    let inside = try await milter.connect()
    var broken = try await inside.deliver().applied(to: MilterConnection.message)
    broken.body += Array("more\r\n".utf8)
    let outside = try await MilterConnection(milter.address, client: PeerClient(address: "192.0.2.1"))
    let outcome = try await outside.deliver(broken)
    #expect(outcome.isAccepted)
    #expect(outcome.modifications.first?.insertedValue?.contains("dkim=fail") == true)
  }

  @Test func `the filter sends a report for a bad signature, and the message does not wait`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(
      folder,
      lines: try reporting(folder, command: sendmail(folder, end: "sleep 1"))
        + ["Diagnostics yes", "DiagnosticDirectory \(folder.path)"])
    defer { milter.process.stop() }
    try await deliverBroken(milter)
    try await milter.logs("failure report sent to dkim-errors@example.com")
    #expect(folder.read("arguments") == "[-t][-freports@mx.example.org]")
    let mail = folder.read("mail")
    #expect(mail.hasPrefix("From: Reports <reports@mx.example.org>\nTo: dkim-errors@example.com\nDate: "))
    #expect(mail.contains("\nAuth-Failure: bodyhash ") && mail.contains("\nDKIM-Selector: s\n"))
    try await eventually("the diagnostic file is written") {
      try TestFiles.names(in: folder.path).contains { folder.read($0).hasPrefix("z tag headers:") }
    }
  }

  /// postdrop changes its group to write to the queue. The queue belongs to this test, with no Postfix running on it.
  @Test(.enabled(if: geteuid() == 0 && access("/usr/sbin/postdrop", X_OK) == 0 && getpwnam("nobody") != nil))
  func `reports are sent with Postfix's sendmail, by a user without privileges`() async throws {
    let folder = try MilterFolder()
    chown(folder.path, try #require(getpwnam("nobody")).pointee.pw_uid, gid_t.max)
    let script = """
      set -eu
      cd "$0"
      mkdir etc queue queue/maildrop queue/public
      chown postfix:postdrop queue/maildrop queue/public
      chmod 1730 queue/maildrop
      printf 'queue_directory = %s/queue\ncompatibility_level = 3.6\n' "$0" > etc/main.cf
      mount --bind etc /etc/postfix
      exec "$@"
      """
    let milter = try await MilterDaemon(
      folder, lines: try reporting(folder, command: "/usr/sbin/sendmail") + ["UserID nobody"],
      launcher: ["unshare", "--mount", "sh", "-c", script, folder.path])
    defer { milter.process.stop() }
    try await deliverBroken(milter)
    try await milter.logs("failure report sent to dkim-errors@example.com")
    let name = try #require(try TestFiles.names(in: folder.file("queue/maildrop")).first)
    #expect(folder.read("queue/maildrop/\(name)").contains("dkim-errors@example.com"))
  }

  /// systemd's NoNewPrivileges prevents the group of Postfix's postdrop, and nothing can allow it again.
  @Test func `the filter may start set-group-ID programs only if it sends reports`() async throws {
    for (setting, isForbidden) in [("SendReports yes", "0"), ("SendReports no", "1")] {
      let folder = try MilterFolder()
      let milter = try await MilterDaemon(
        folder, lines: [setting, "MTACommand \(try sendmail(folder))", "ReportAddress reports@mx.example.org"])
      defer { milter.process.stop() }
      #expect(try ProcessFacts(milter.process.id).status["NoNewPrivs"] == isForbidden)
      guard isForbidden == "1" else { continue }
      try folder.write(
        folder.read("milter.conf").replacing("SendReports no", with: "SendReports yes"), to: "milter.conf")
      milter.process.signal(SIGHUP)
      try await milter.logs("SendReports: the filter was started without the right to run set-user-ID")
    }
  }

  // MARK: Files

  @Test func `a file that does not fit on the disk leaves nothing behind`() throws {
    let folder = try MilterFolder()
    let disk = folder.file("disk")
    mkdir(disk, 0o755)
    guard mount("tmpfs", disk, "tmpfs", 0, "size=64k") == 0 else { return }
    defer { umount2(disk, CInt(MNT_DETACH)) }
    let text = String(repeating: "x", count: 1 << 17)
    #expect(write("job", .diagnostics(disk), text)?.hasSuffix("job: No space left on device") == true)
    #expect(!folder.exists("disk/job"))
    #expect(write("job", .diagnostics(disk)) == nil && folder.read("disk/job") == "x")
  }

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
