import Glibc
import MilterPeer
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: reloads", .timeLimit(.minutes(5)))
struct ServerReloadTests {
  @Test(arguments: [SIGHUP, SIGUSR1])
  func `both signals reload; connections keep the configuration they began with`(signal: CInt) async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    let old = try await milter.connect()
    #expect(try await old.signs())
    let others = folder.signing.filter { !$0.hasPrefix("Domain") }
    try folder.configure(others + ["Domain example.net", "Socket local:\(folder.file("socket"))"])
    milter.process.signal(signal)
    try await milter.logs("configuration reloaded from \(folder.file("milter.conf"))")
    #expect(try await old.signs())
    #expect(try await !milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `after an error, which names file and line, the old configuration remains in effect`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    try folder.configure(["Domain example.net", "Nonsense yes"])
    milter.process.signal(SIGHUP)
    try await milter.logs("milter.conf:2: error: unrecognized parameter")
    try await milter.logs("the old one remains in effect")
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: [
    ("sv", "the new configuration has no signing keys"), ("v", "the new configuration has no Socket"),
  ])
  func `an empty file is not treated as a configuration that does nothing`(mode: String, text: String) async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder, lines: ["Mode \(mode)"])
    try TestFiles.write([], to: folder.file("milter.conf"))
    milter.process.signal(SIGHUP)
    try await milter.logs(text)
    try await milter.logs("the old one remains in effect")
    #expect(try await milter.connect().signs() == (mode == "sv"))
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `a truncated file is not treated as a configuration that signs nothing`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    let rest = folder.signing.filter { line in !["Domain", "Selector", "KeyFile"].contains { line.hasPrefix($0) } }
    try folder.configure(["Socket local:\(folder.file("socket"))"] + rest)
    milter.process.signal(SIGHUP)
    try await milter.logs("the new configuration has no signing keys: is the file truncated?")
    try await milter.logs("the old one remains in effect")
    #expect(try await milter.connect().signs())
    try folder.configure(["Socket local:\(folder.file("socket"))", "Mode v"] + rest)
    milter.process.signal(SIGHUP)
    try await milter.logs("configuration reloaded from")
    #expect(try await !milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: ["file", "refile"])
  func `a table that has become empty is not treated as one that signs nothing`(kind: String) async throws {
    let folder = try MilterFolder()
    try folder.write("k example.com:s:\(folder.file("key"))\n", to: "KeyTable")
    let rows = (kind == "file" ? "example.com k\n" : "*@example.com k\n")
    try folder.write(rows, to: "SigningTable")
    let tables = ["KeyTable \(folder.file("KeyTable"))", "SigningTable \(kind):\(folder.file("SigningTable"))"]
    let milter = try await MilterDaemon(folder, lines: tables)
    for (name, content) in [("SigningTable", "# \(rows)"), ("KeyTable", "")] {
      let before = folder.read(name)
      try folder.write(content, to: name)
      milter.process.signal(SIGUSR1)
      try await milter.logs("\(name) no longer has any rows: is the file truncated?")
      #expect(try await milter.connect().signs())
      try folder.write(before, to: name)
    }
    #expect(!milter.log.contains("configuration reloaded from"))
    milter.process.signal(SIGUSR1)
    try await milter.logs("configuration reloaded from")
    #expect(milter.process.stop() == 0)
  }

  @Test(arguments: ["Domain", "InternalHosts"])
  func `an emptied list of domains or hosts is not accepted`(name: String) async throws {
    let folder = try MilterFolder()
    let row = name == "Domain" ? "example.com\n" : "127.0.0.1\n"
    try folder.write(row, to: "list")
    let milter = try await MilterDaemon(folder, lines: ["\(name) file:\(folder.file("list"))"])
    try folder.write("", to: "list")
    milter.process.signal(SIGUSR1)
    try await milter.logs("\(name) no longer has any rows: is the file truncated?")
    try await milter.logs("the old one remains in effect")
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `a table without rows is reported at start, and is no error at a reload`() async throws {
    let folder = try MilterFolder()
    for name in ["KeyTable", "SigningTable"] { try folder.write("# nobody yet\n", to: name) }
    let tables = ["KeyTable", "SigningTable"].map { "\($0) \(folder.file($0))" }
    let milter = try await MilterDaemon(folder, lines: tables)
    try await milter.logs("SigningTable has no rows, so no mail is signed based on it")
    milter.process.signal(SIGUSR1)
    try await milter.logs("configuration reloaded from")
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `a configuration that is missing, junk or not a file changes nothing`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    for step in 0..<3 {
      unlink(folder.file("milter.conf"))
      if step == 1 { mkfifo(folder.file("milter.conf"), 0o600) }
      if step == 2 { try folder.write(String(repeating: "\u{1}\u{fffd}", count: 10_000), to: "milter.conf") }
      milter.process.signal(SIGHUP)
      try await eventually("it reports the error") {
        milter.log.split(separator: "\n").count { $0.contains("the old one remains in effect") } == step + 1
      }
    }
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }

  @Test
  func `two hundred reloads under load sign every message, and leave no descriptor open`() async throws {
    let folder = try MilterFolder()
    let milter = try await MilterDaemon(folder)
    // The first reload starts threads that remain.
    milter.process.signal(SIGHUP)
    try await milter.logs("configuration reloaded")
    let before = try TestFiles.names(in: "/proc/\(milter.process.id)/fd").count
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var signed = 0
          for _ in 0..<10 {
            let connection = try await milter.connect()
            for _ in 0..<5 where try await connection.signs() { signed += 1 }
            try await connection.quit()
          }
          return signed
        }
      }
      group.addTask {
        for number in 0..<200 {
          milter.process.signal(number % 2 == 0 ? SIGHUP : SIGUSR1)
          try await Task.sleep(for: .milliseconds(3))
        }
        return 0
      }
      var signed = 0
      for try await count in group { signed += count }
      #expect(signed == 200)
    }
    try await eventually("descriptors are closed") {
      try TestFiles.names(in: "/proc/\(milter.process.id)/fd").count <= before
    }
    #expect(try await milter.connect().signs())
    #expect(milter.process.stop() == 0)
  }
}
