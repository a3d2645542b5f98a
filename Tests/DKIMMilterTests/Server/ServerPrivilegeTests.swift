import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

/// These tests need root, and the user `nobody`.
@Suite("Server: privileges", .enabled(if: geteuid() == 0 && getpwnam("nobody") != nil), .timeLimit(.minutes(5)))
struct ServerPrivilegeTests {
  private var nobody: uid_t { getpwnam("nobody")?.pointee.pw_uid ?? 0 }

  private func lines(_ folder: MilterFolder, user: String) -> [String] {
    folder.signing.filter { !$0.hasPrefix("UserID") } + ["UserID \(user)"]
  }

  /// Starts the milter as root with `UserID nobody`, in a directory that the user `nobody` may write to.
  private func start(_ folder: MilterFolder, _ more: [String] = []) async throws -> ChildProcess {
    mkdir(folder.file("run"), 0o755)
    chown(folder.file("run"), nobody, gid_t.max)
    let configuration = try folder.configure(
      lines(folder, user: "nobody") + [
        "Socket local:\(folder.file("run/socket"))", "PidFile \(folder.file("run/pid"))",
      ]
        + more)
    let process = try ChildProcess([MilterBinary.path, "-f", "-x", configuration], log: folder.file("log"))
    try await eventually("the milter listens: \(folder.read("log"))") {
      guard process.isRunning else { throw ChildProcess.Failure("it ended: \(folder.read("log"))") }
      return await MilterDaemon.answers(.unix(path: folder.file("run/socket")))
    }
    return process
  }

  @Test
  func `root privileges and groups are dropped permanently`() async throws {
    let folder = try MilterFolder()
    let process = try await start(folder)
    let status = try ProcessFacts(process.id).status
    let four = "\(nobody) \(nobody) \(nobody) \(nobody)"
    #expect(status["Uid"] == four)
    #expect(status["Gid"]?.split(separator: " ").contains("0") == false)
    #expect(status["Groups"]?.split(separator: " ").contains("0") == false)
    #expect(status["CapEff"] == "0000000000000000" && status["CapPrm"] == "0000000000000000")
    #expect(status["NoNewPrivs"] == "1")
    var socket = stat()
    var file = stat()
    #expect(lstat(folder.file("run/socket"), &socket) == 0 && socket.st_uid == nobody)
    #expect(lstat(folder.file("run/pid"), &file) == 0 && file.st_uid == 0 && file.st_mode & 0o777 == 0o644)
    #expect(process.stop() == 0)
    #expect(!folder.exists("run/socket") && !folder.exists("run/pid"))
  }

  @Test
  func `a key that only root may read still signs, also after a reload without root privileges`() async throws {
    let folder = try MilterFolder()
    let process = try await start(folder)
    let address = PeerAddress.unix(path: folder.file("run/socket"))
    #expect(try await MilterConnection(address).signs())
    process.signal(SIGHUP)
    try await eventually("it reloads: \(folder.read("log"))") {
      folder.read("log").contains("configuration reloaded from")
    }
    #expect(try await MilterConnection(address).signs())
    #expect(process.stop() == 0)
  }

  @Test
  func `a worker drops root privileges, and its supervisor starts the next one as root`() async throws {
    let folder = try MilterFolder()
    let process = try await start(folder, ["AutoRestart yes"])
    let first = try #require(ProcessFacts.children(of: process.id).first)
    #expect(try ProcessFacts(first).status["Uid"]?.hasPrefix("\(nobody) ") == true)
    kill(first, SIGKILL)
    #expect(try await MilterConnection(.unix(path: folder.file("run/socket"))).signs())
    let second = try #require(ProcessFacts.children(of: process.id).first)
    #expect(second != first)
    #expect(try ProcessFacts(second).status["Uid"]?.hasPrefix("\(nobody) ") == true)
    #expect(process.stop() == 0)
  }

  @Test
  func `works in another root directory`() async throws {
    let folder = try MilterFolder()
    mkdir(folder.file("run"), 0o755)
    chown(folder.file("run"), nobody, gid_t.max)
    let configuration = try folder.configure(
      lines(folder, user: "nobody") + [
        "ChangeRootDirectory \(folder.path)", "Socket local:/run/socket", "PidFile /run/pid",
      ])
    for more in [[], ["-A"]] {
      let process = try ChildProcess([MilterBinary.path, "-f", "-x", configuration] + more, log: folder.file("log"))
      let address = PeerAddress.unix(path: folder.file("run/socket"))
      try await eventually("it listens: \(folder.read("log"))") { await MilterDaemon.answers(address) }
      #expect(try await MilterConnection(address).signs())
      #expect(folder.read("run/pid") == "\(process.id)\n")
      #expect(process.stop() == 0)
      #expect(!folder.exists("run/socket") && !folder.exists("run/pid"))
    }
  }

  @Test(arguments: [("nosuchuser", "there is no user"), ("nobody:nosuchgroup", "there is no group")])
  func `missing users and groups are reported`(user: String, message: String) async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(lines(folder, user: user) + ["Socket local:\(folder.file("socket"))"])
    let run = try await MilterRun(["-f", "-x", configuration], in: folder)
    #expect(run.status == 65)
    #expect(run.errors.contains(message))
  }
}
