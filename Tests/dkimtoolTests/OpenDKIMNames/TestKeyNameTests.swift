import Testing

/// Keys, records and tables for opendkim-testkey, and a name server with the records.
private final class PublishedKeys {
  let folder: KeyFolder
  private let server: KeyNameServer

  private static let records = """
    multi._domainkey TXT "v=DKIM1; p="
    multi._domainkey TXT "v=spf1 -all"
    rev._domainkey TXT "v=DKIM1; p="
    nop._domainkey TXT "v=DKIM1; k=rsa"
    blank._domainkey TXT ""
    junk1._domainkey TXT "v=DKIM1; junk"
    junk2._domainkey TXT "v=DKIM1; ju;nk"
    junk3._domainkey TXT "v=DKIM1; ;p=x"
    junk4._domainkey TXT "(v=DKIM1; p=x"
    junk5._domainkey TXT "\\"v=DKIM1; p=x"
    junk6._domainkey TXT "v=DKIM1; a b=c"
    junk7._domainkey TXT "hello world"
    junk8._domainkey TXT "v=DKIM1; p=\\195\\164xx"
    junk9._domainkey TXT " ; v=DKIM1"
    version._domainkey TXT "v=DKIM2; p=x"
    type._domainkey TXT "v=DKIM1; k=dsa; p=xxxx"
    empty._domainkey A 127.0.0.1
    alias._domainkey CNAME good._domainkey
    loop._domainkey CNAME loop._domainkey

    """

  init() throws {
    folder = try KeyFolder()
    var records = Self.records
    for (name, selector) in [("usual", "good"), ("small", "other"), ("ed", "ed")] {
      try SharedKeys.copy(name, to: folder, as: selector)
      records += try SharedKeys.zoneRecord(name, as: selector)
    }
    for (selector, tag) in [("test", "t=y;"), ("sub", "t=s;"), ("service", "s=other;"), ("mail", "s=email;")] {
      records += try SharedKeys.zoneRecord("usual", as: selector).replacing("k=rsa;", with: "k=rsa; \(tag)")
    }
    records += try SharedKeys.zoneRecord("usual", as: "sha1").replacing("h=sha256", with: "h=sha1")
    server = try KeyNameServer(program: try #require(KeyPrograms.path("nsd")), records: records)
    try folder.write("open.private", try folder.read("other.private"), mode: 0o644)
    try writeConfigurations()
  }

  private func writeConfigurations() throws {
    func row(_ name: String, _ selector: String, _ key: String) -> String {
      "\(name) example.com:\(selector):\(folder.path(key))\n"
    }
    try folder.write("one", row("k1", "good", "good.private"))
    try folder.write("good", row("k1", "good", "good.private") + row("k2", "other", "open.private"))
    try folder.write(
      "bad", row("k1", "good", "good.private") + row("k2", "none", "good.private") + row("k3", "other", "good.private"))
    try folder.write("mismatch", row("k1", "good", "good.private") + row("k3", "other", "good.private"))
    try folder.write("missing", row("k1", "good", "none.private") + row("k2", "other", "other.private"))
    try folder.write("corrupt", row("k1", "good", "good.private") + "kx example.com\n")
    try folder.write("any", row("k1", "good", "good.private") + "k4 %:good:\(folder.path("good.private"))\n")
    let servers = "Nameservers \(server.address)\n"
    try folder.write("c", servers)
    for table in ["one", "good", "bad", "mismatch", "missing", "corrupt", "any"] {
      try folder.write("\(table).conf", servers + "KeyTable file:\(folder.path(table))\n")
    }
    try folder.write("patterns.conf", servers + "KeyTable refile:\(folder.path("good"))\n")
    let key = "KeyFile \(folder.path("good.private"))\n"
    try folder.write("single.conf", servers + "RequireSafeKeys no\nDomain example.com\nSelector good\n" + key)
    try folder.write("relative.conf", servers + "Domain example.com\nSelector good\nKeyFile good.private\n")
    try folder.write("nosel.conf", servers + "Domain example.com\n" + key)
    try folder.write("bad.conf.d", "# a comment\nNoSuchSetting x\n")
    try folder.write("nowhere.conf", servers + "KeyTable file:/nonexistent\n")
  }
}

@Suite(
  "opendkim-testkey: compared with the original",
  .enabled(if: SideBySide.canRun("nsd"), SideBySide.missing))
struct TestKeyNameTests {
  private static let program = SideBySide(name: "opendkim-testkey")

  @Test
  func `one key`() throws {
    let keys = try PublishedKeys()
    defer { withExtendedLifetime(keys) {} }
    for selector in [
      "good", "alias", "other", "none", "empty", "multi", "rev", "nop", "test", "sub", "mail", "service", "ed",
    ] {
      for verbosity in ["", "-v", "-v -v", "-vvv"] {
        try Self.program.expectSame("-x c -d example.com -s \(selector) -k good.private \(verbosity)", in: keys.folder)
      }
      try Self.program.expectSame("-x c -d example.com -s \(selector) -vvv", in: keys.folder)
    }
  }

  @Test
  func `records with errors`() throws {
    let keys = try PublishedKeys()
    defer { withExtendedLifetime(keys) {} }
    for selector in (1...9).map({ "junk\($0)" }) + ["blank", "version", "type"] {
      try Self.program.expectSame("-x c -d example.com -s \(selector) -v", in: keys.folder)
    }
  }

  @Test
  func `a configuration`() throws {
    let keys = try PublishedKeys()
    defer { withExtendedLifetime(keys) {} }
    let lines = [
      "-x single.conf", "-x single.conf -s other", "-x single.conf -d example.com", "-x single.conf -k open.private",
      "-x relative.conf", "-x nosel.conf", "-x good.conf -d example.com", "-x good.conf -s good -d example.com",
      "-x good.conf -k good.private", "-x good.conf", "-x one.conf",
    ]
    for line in lines {
      for verbosity in ["", "-v", "-vv", "-vvv"] {
        try Self.program.expectSame("\(line) \(verbosity)", in: keys.folder)
      }
    }
  }

  @Test
  func `command lines and files`() throws {
    let keys = try PublishedKeys()
    defer { withExtendedLifetime(keys) {} }
    let lines = [
      "", "-z", "-d", "-vz", "--foo", "-d example.com", "-s good", "-k good.private", "-x none.conf", "-x bad.conf.d",
      "-x nowhere.conf", "-x c -d example.com -s good -k none.private", "-x c -d example.com -s good -k / -v",
      "-x c -d example.com -s other -k open.private -vvv", "-x c -d example.com -s good extra -vvv",
      "-x c -d Example.COM -s GOOD -k good.private -vvv", "-x c -d example.com. -s good -vv",
      "-x c -d example.com -s no_such -v", "-xc -dexample.com -sgood -kgood.private -vv",
    ]
    for line in lines { try Self.program.expectSame(line, in: keys.folder) }
  }
}

@Suite(
  "opendkim-testkey: differences from the original",
  .enabled(if: KeyPrograms.path("nsd") != nil, "nsd is not installed"))
struct TestKeyNameDifferenceTests {
  private static let program = SideBySide(name: "opendkim-testkey")

  private func run(_ line: String) throws -> SideBySide.Run {
    let keys = try PublishedKeys()
    return try withExtendedLifetime(keys) {
      try Self.program.ours(line.split(separator: " ").map(String.init), in: keys.folder)
    }
  }

  @Test
  func `Ed25519 keys are compared`() throws {
    let good = try run("-x c -d example.com -s ed -k ed.private -vvv")
    #expect(good.status == 0 && good.output == "opendkim-testkey: key OK\n")
    let bad = try run("-x c -d example.com -s good -k ed.private")
    #expect(bad.status == 65 && bad.output == "opendkim-testkey: keys do not match\n")
  }

  @Test
  func `a key that receivers must not use is a failure`() throws {
    let found = try run("-x c -d example.com -s sha1 -vvv")
    #expect(found.status == 69 && found.output == "" && found.errors.contains("h=sha1"))
  }

  @Test
  func `a failed query is reported with the reason`() throws {
    let loop = try run("-x c -d example.com -s loop")
    #expect(loop.status == 69)
    #expect(loop.errors == "opendkim-testkey: 'loop._domainkey.example.com' query failed: CNAME loop\n")
  }

  @Test
  func `a KeyTable with failures does not end with 0, and every row is checked`() throws {
    let bad = try run("-x bad.conf -v")
    #expect(bad.status == 69)
    #expect(bad.output == "opendkim-testkey: 3 keys checked; 1 pass, 2 fail\n")
    #expect(
      bad.errors == """
        opendkim-testkey: key k1 not secure
        opendkim-testkey: key k2: 'none._domainkey.example.com' record not found
        opendkim-testkey: key k3: keys do not match
        opendkim-testkey: key k3 not secure

        """)
    #expect(try run("-x mismatch.conf").status == 65)
    let missing = try run("-x missing.conf -v")
    #expect(missing.status == 71 && missing.output.hasSuffix("2 keys checked; 1 pass, 1 fail\n"))
    #expect(missing.errors.contains("none.private: stat(): No such file or directory\n"))
    let corrupt = try run("-x corrupt.conf -v")
    #expect(corrupt.status == 69 && corrupt.errors.contains("opendkim-testkey: key kx: entry corrupt: "))
    let any = try run("-x any.conf -v")
    #expect(any.status == 0 && any.output.hasSuffix("1 key checked; 1 pass, 0 fail, 1 skipped\n"))
    #expect(try run("-x patterns.conf").status == 0)
  }

  @Test
  func `dkimtool testkey names the key file and the record of a configuration without a KeyTable`() throws {
    let keys = try PublishedKeys()
    let folder = keys.folder
    let run = try withExtendedLifetime(keys) {
      try KeyProcess.dkimtool(["testkey", "-x", "single.conf", "-vv"], in: folder)
    }
    #expect(run.status == 0)
    #expect(
      run.errorLines.prefix(2) == [
        "dkimtool: key loaded from \(folder.path("good.private"))",
        "dkimtool: checking key 'good._domainkey.example.com'",
      ])
  }
}
