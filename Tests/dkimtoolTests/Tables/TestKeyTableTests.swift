import Testing

@Suite("testkey: all keys of a configuration", .serialized)
struct TestKeyTableTests {
  private static let missing: Comment = "nsd is not installed"

  /// A directory with keys and their table, and a server with their records and invalid ones.
  private func published() throws -> (folder: KeyFolder, server: KeyNameServer) {
    let folder = try KeyFolder()
    var records = """
      multi._domainkey TXT "v=DKIM1; p="
      multi._domainkey TXT "v=spf1 -all"
      rev._domainkey TXT "v=DKIM1; p="

      """
    for (selector, type) in [("good", "rsa"), ("other", "rsa"), ("ed", "ed25519")] {
      let run = try KeyProcess.dkimtool(
        ["genkey", "-d", "example.com", "-s", selector, "--type", type], in: folder)
      try #require(run.status == 0)
      records += try folder.read(selector + ".txt")
    }
    let program = try #require(KeyPrograms.path("nsd"))
    let server = try KeyNameServer(program: program, records: records)
    try folder.write("ours.conf", configuration(folder) + "Nameservers \(server.address)\nRequireSafeKeys no\n")
    return (folder, server)
  }

  private func configuration(_ folder: KeyFolder) -> String { "KeyTable file:\(folder.path("keytable"))\n" }

  private func table(_ rows: [(name: String, selector: String, key: String)], in folder: KeyFolder) throws {
    try folder.write(
      "keytable",
      rows.map { "\($0.name) example.com:\($0.selector):\(folder.path($0.key))\n" }.joined())
  }

  /// The error lines without what opendkim-testkey does not print: suggested fixes, locations, and warnings about the
  /// directory of this test.
  private func words(_ run: KeyProcess) -> [String] {
    run.errorLines.filter {
      !$0.contains("fix: ") && !$0.contains(": warning: /") && !$0.hasPrefix("dkimtool: not secure: ")
    }.map { line in
      line.hasSuffix(")") ? String(line[..<(line.start(of: " (/") ?? line.endIndex)]) : line
    }
  }

  @Test(.enabled(if: KeyPrograms.path("nsd") != nil, missing))
  func `each key is reported, and the summary`() throws {
    let (folder, server) = try published()
    defer { withExtendedLifetime(server) {} }
    try table([("a", "good", "good.private"), ("b", "ed", "ed.private")], in: folder)
    let good = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf"], in: folder)
    #expect(good.status == 0)
    #expect(good.output == "dkimtool: 2 keys checked; 2 pass, 0 fail\n")
    #expect(words(good) == [])

    try table([("a", "good", "good.private"), ("b", "good", "other.private")], in: folder)
    let mismatch = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf"], in: folder)
    #expect(mismatch.status == 65)
    #expect(words(mismatch) == ["dkimtool: key b: keys do not match"])

    try table(
      [("a", "none", "good.private"), ("b", "good", "good.private"), ("c", "rev", "ed.private"), ("d", "ed", "no")],
      in: folder)
    let bad = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf", "-v"], in: folder)
    #expect(bad.status == 69)
    #expect(bad.output == "dkimtool: 4 keys checked; 1 pass, 3 fail\n")
    #expect(
      words(bad) == [
        "dkimtool: key a: 'none._domainkey.example.com' record not found", "dkimtool: key b not secure",
        "dkimtool: key c: Revoked key",
        "dkimtool: key d: can't load key from \(folder.path("no")): No such file or directory",
        "dkimtool: key d not secure",
      ])
    #expect(bad.errorLines.last?.hasPrefix("dkimtool: not secure: DNSSEC did not protect the record") == true)
    #expect(bad.errors.contains("record not found (\(folder.path("keytable")):1)\ndkimtool: fix: "))
  }

  @Test(
    .enabled(
      if: KeyPrograms.path("nsd") != nil && KeyPrograms.path("opendkim-testkey") != nil,
      "nsd or opendkim-testkey is not installed"))
  func `messages and output streams are those of opendkim-testkey`() throws {
    let (folder, server) = try published()
    try folder.write(
      "unbound.conf",
      """
      server:
        do-not-query-localhost: no
      stub-zone:
        name: "example.com"
        stub-addr: \(server.address)

      """)
    try folder.write(
      "theirs.conf", configuration(folder) + "ResolverConfiguration \(folder.path("unbound.conf"))\n")
    try table(
      [
        ("a", "good", "good.private"), ("b", "good", "other.private"), ("c", "none", "good.private"),
        ("d", "multi", "good.private"), ("e", "rev", "good.private"), ("f", "good", "good.private"),
      ], in: folder)
    let program = try #require(KeyPrograms.path("opendkim-testkey"))
    for verbosity in [[], ["-v"], ["-vv"], ["-vvv"]] {
      let theirs = try KeyProcess.run([program, "-x", "theirs.conf"] + verbosity, in: folder)
      let ours = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf"] + verbosity, in: folder)
      #expect(theirs.status == 0)
      #expect(ours.status == 69)
      #expect(words(ours) == theirs.errorLines.map { $0.replacing("opendkim-testkey: ", with: "dkimtool: ") })
      let sum = "dkimtool: 6 keys checked; 2 pass, 4 fail\n"
      #expect(
        ours.output == theirs.output.replacing("opendkim-testkey: ", with: "dkimtool: ")
          + (verbosity.isEmpty ? sum : ""))
    }
  }

  @Test(.enabled(if: KeyPrograms.path("nsd") != nil, missing))
  func `many keys are looked up at once and reported in order`() throws {
    let (folder, server) = try published()
    defer { withExtendedLifetime(server) {} }
    let rows = (0..<500).map { number in
      (name: "k\(number)", selector: number % 5 == 0 ? "none" : "ed", key: "ed.private")
    }
    try table(rows, in: folder)
    let run = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf", "--json"], in: folder)
    #expect(run.status == 69)
    #expect(run.errorLines == ["dkimtool: 500 keys checked; 400 pass, 100 fail"])
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 500)
    for (number, line) in lines.enumerated() {
      let result = number % 5 == 0 ? "fail" : "pass"
      #expect(line.hasPrefix("{\"key\":\"k\(number)\",\"result\":\"\(result)\",\"name\":\""))
      #expect(line.hasSuffix(",\"file\":\"\(folder.path("keytable"))\",\"line\":\(number + 1)}"))
    }
  }

  @Test
  func `a server that does not respond is reported for each key`() throws {
    let folder = try KeyFolder()
    #expect(
      try KeyProcess.dkimtool(["genkey", "-d", "example.com", "-s", "ed", "--type", "ed25519"], in: folder).status == 0)
    try table([("a", "ed", "ed.private"), ("b", "ed", "ed.private")], in: folder)
    // No server listens on the discard port.
    try folder.write(
      "ours.conf", configuration(folder) + "Nameservers 127.0.0.1@9\nDNSTimeout 1\nRequireSafeKeys no\n")
    let run = try KeyProcess.dkimtool(["testkey", "-x", "ours.conf"], in: folder)
    #expect(run.status == 69)
    #expect(run.output == "dkimtool: 2 keys checked; 0 pass, 2 fail\n")
    #expect(words(run).count == 2)
  }
}

extension String {
  fileprivate func start(of text: String) -> Index? { ranges(of: text).first?.lowerBound }
}
