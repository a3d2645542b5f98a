import Testing

/// Keys and tables for the programs that write zones.
private struct ZoneFolder {
  let folder: KeyFolder

  init() throws {
    folder = try KeyFolder()
    for (name, selector) in [("small", "s1"), ("usual", "s2"), ("large", "s4"), ("ed", "ed")] {
      try SharedKeys.copy(name, to: folder, as: selector)
    }
    func row(_ name: String, _ domain: String, _ selector: String) -> String {
      "\(name) \(domain):\(selector):\(folder.path("\(selector).private"))\n"
    }
    try folder.write("one", row("k1", "example.com", "s1"))
    try folder.write("large", row("k4", "example.com", "s4"))
    try folder.write(
      "several", row("k1", "example.com", "s1") + row("k2", "example.net", "s2") + row("k3", "sub.example.com", "s2"))
    try folder.write("any", row("k1", "example.com", "s1") + row("k4", "%", "s2"))
    try folder.write("missing", row("k1", "example.com", "s1") + row("k2", "example.com", "none"))
    try folder.write("ed", row("ke", "example.com", "ed"))
    try folder.write("table.conf", "KeyTable file:\(folder.path("several"))\n")
    try folder.write("single.conf", "Domain example.com\nSelector s1\nKeyFile \(folder.path("s1.private"))\n")
    try folder.write("bad.conf", "# a comment\nNoSuchSetting x\n")
    try folder.write("domains", "a.example\nB.Example x\nc.example\n")
  }
}

@Suite("opendkim-genzone: compared with the original", .enabled(if: SideBySide.canRun(), SideBySide.missing))
struct GenZoneNameTests {
  private static let program = SideBySide(name: "opendkim-genzone")

  @Test
  func `zones, scripts and messages are those of the original`() throws {
    let folder = try ZoneFolder().folder
    let lines = [
      "file:one", "file:several", "-D file:several", "-F file:several", "-DF file:one", "-M -t 300 file:one",
      "file:large", "-F file:large", "-u -F file:large", "-u -FM -t 5 file:one",
      "-u -N ns1.example.com,ns2 -F file:one",
      "-S file:one", "-S -N ns1.,ns2 -C root@example.com. -d example.com -E 1 -r 2 -R 3 -T 4 file:several",
      "-S -N ns1. -C x file:one", "-x table.conf", "-x table.conf -d example.com", "-x table.conf -d example.com -s",
      "-d EXAMPLE.com file:one", "-d example.org file:one", "file:one extra", "file:one -D", "-o out file:one",
      "-v -o out file:one", "-vvv -o out file:several", "file:missing", "-t 0 file:one",
    ]
    for line in lines { try Self.program.expectSame(line, in: folder) }
    #expect(try folder.read("out").contains("\ns1\tIN\tTXT\t( \"v=DKIM1\\;k=rsa\\;p="))
  }

  @Test
  func `wrong command lines, data sets and files`() throws {
    let folder = try ZoneFolder().folder
    let lines = [
      "", "-z", "-d", "-Dz", "--foo", "-x single.conf", "-x bad.conf", "-x none.conf", "-x none.conf file:one",
      "file:/nonexistent", "foo:x", "-E x file:one", "-r x file:one", "-R x file:one", "-T x file:one", "-t x file:one",
      "-t -5 file:one", "-t 5x file:one", "-s file:one", "-o /nonexistent/x file:one",
    ]
    for line in lines { try Self.program.expectSame(line, in: folder) }
  }

  @Test
  func `a file has the same content`() throws {
    let (theirFolder, ourFolder) = (try ZoneFolder().folder, try ZoneFolder().folder)
    _ = try Self.program.theirs(["-D", "-o", "zone", "file:one"], in: theirFolder)
    _ = try Self.program.ours(["-D", "-o", "zone", "file:one"], in: ourFolder)
    func records(_ folder: KeyFolder) throws -> [Substring] {
      try folder.read("zone").split(separator: "\n").filter { !$0.hasPrefix("; auto-generated") }
    }
    #expect(try records(ourFolder) == records(theirFolder))
    #expect(ourFolder.mode("zone") == theirFolder.mode("zone"))
  }
}

@Suite("opendkim-genzone: differences from the original")
struct GenZoneNameDifferenceTests {
  private static let program = SideBySide(name: "opendkim-genzone")

  @Test
  func `tables with patterns and Ed25519 keys are written`() throws {
    let folder = try ZoneFolder().folder
    let patterns = try Self.program.ours(["refile:several"], in: folder)
    let plain = try Self.program.ours(["file:several"], in: folder)
    #expect(patterns == plain)
    #expect(patterns.status == 0)
    let run = try Self.program.ours(["-F", "file:ed"], in: folder)
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.contains("\ned._domainkey.example.com.\tIN\tTXT\t( \"v=DKIM1\\;k=ed25519\\;p="))
  }

  @Test
  func `a script has full names and a message for each zone`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["-u", "-N", "ns1.example.com", "file:several"], in: folder)
    #expect(run.status == 0)
    let words = run.output.split(separator: "\n").map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(
      words == [
        "server ns1.example.com", "zone example.com", "update add s1._domainkey.example.com.", "send", "answer",
        "zone example.net", "update add s2._domainkey.example.net.", "send", "answer", "zone sub.example.com",
        "update add s2._domainkey.sub.example.com.", "send", "answer",
      ])
  }

  @Test
  func `names of servers with several labels are full names, and NS records have an owner`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["-N", "ns1.example.com,ns2", "file:one"], in: folder)
    #expect(run.output.contains("\n@\tIN\tNS\tns1.example.com.\n\tIN\tNS\tns2\n"))
  }

  @Test
  func `a row for every domain is skipped`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["-F", "file:any"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("opendkim-genzone: record 1 for 'k4' skipped: "))
    #expect(!run.output.contains("%"))
  }

  @Test
  func `a failure does not change the file, and -v gives the reason`() throws {
    let folder = try ZoneFolder().folder
    try folder.write("out", "old")
    let run = try Self.program.ours(["-v", "-o", "out", "file:missing"], in: folder)
    #expect(run.status == 1)
    #expect(run.errors.contains("opendkim-genzone: key for 'k2' load failed\n"))
    #expect(run.errors.contains("none.private: No such file or directory (missing:2)\n"))
    #expect(try folder.read("out") == "old")
  }

  @Test
  func `the number of records is not part of a zone on standard output`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["-v", "file:one"], in: folder)
    #expect(run.errors.hasSuffix("opendkim-genzone: 1 record written\n"))
    #expect(!run.output.contains("written"))
    // The original counts rows that it skips.
    let some = try Self.program.ours(["-v", "-o", "out", "-d", "example.com", "file:several"], in: folder)
    #expect(some.output == "opendkim-genzone: 1 record written\n")
  }
}

@Suite("opendkim-atpszone: compared with the original", .enabled(if: SideBySide.canRun(), SideBySide.missing))
struct ATPSZoneNameTests {
  private static let program = SideBySide(name: "opendkim-atpszone")

  @Test
  func `zones and messages are those of the original`() throws {
    let folder = try ZoneFolder().folder
    let lines = [
      "-h sha1 a.example,b.example", "-h sha1 file:domains", "-h SHA1 -A a.example", "-h none -A file:domains",
      "-h none a.example extra", "-h none -S -A -t 5 a.example", "-h none -v -o out a.example",
      "-h none -vvv -o out file:domains", "-h none -S -N ns1.,ns2 -C c@d.e. -E 1 -r 2 -R 3 -T 4 a.example",
      "-h md5 a.example",
      "-o /nonexistent/x a.example", "file:/nonexistent", "-E x a", "-r x a", "-R x a", "-T x a", "-t x a", "-z", "-u",
      "-d x a",
    ]
    for line in lines { try Self.program.expectSame(line, in: folder) }
  }
}

@Suite("opendkim-atpszone: differences from the original")
struct ATPSZoneNameDifferenceTests {
  private static let program = SideBySide(name: "opendkim-atpszone")

  // RFC 6541 §4.3
  @Test
  func `a label has the whole SHA-256 hash`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["-A", "a.example"], in: folder)
    #expect(
      run.output.hasSuffix(
        "XDTUKM3RUASNVLQG6MLEJEWAV7G6CNGHOR6BKWZ5QPBA3Y2B5BKQ._atps\tIN\tTXT\t\"v=ATPS1; d=a.example\"\n"))
  }

  @Test
  func `a script for nsupdate has full names, and the TTL before the type`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(
      ["-h", "none", "-u", "example.com", "-N", "ns1", "-t", "5", "a.example"], in: folder)
    #expect(
      run.output == """
        server ns1
        zone example.com
        update add a.example._atps.example.com. 5 TXT "v=ATPS1; d=a.example"
        send
        answer

        """)
  }

  @Test
  func `without a data set the usage is printed`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours([], in: folder)
    #expect(run.status == 64 && run.errors.hasPrefix("opendkim-atpszone: usage: opendkim-atpszone [opts] [dataset]\n"))
  }

  @Test
  func `a value that is not a domain is refused`() throws {
    let folder = try ZoneFolder().folder
    let run = try Self.program.ours(["a.example,b\"c"], in: folder)
    #expect(run.status == 1 && run.output == "" && run.errors.hasPrefix("opendkim-atpszone: invalid domain"))
  }
}
