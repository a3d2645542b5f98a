import Testing

@testable import dkimtool

@Suite("testkey: against a real name server", .serialized)
struct TestKeyNameServerTests {
  private static let missing: Comment = "nsd is not installed"
  /// What follows "key not secure".
  private static let explanation = "dkimtool: " + KeyTestReport.insecure

  /// A directory with the keys good.private (RSA) and ed.private, and a server with their records and invalid ones.
  private func published() throws -> (folder: KeyFolder, server: KeyNameServer) {
    let folder = try KeyFolder()
    var records = """
      multi._domainkey TXT "v=DKIM1; p="
      multi._domainkey TXT "v=spf1 -all"
      rev._domainkey TXT "v=DKIM1; p="
      nop._domainkey TXT "v=DKIM1; k=rsa"
      junk._domainkey TXT "v=DKIM1; junk"
      empty._domainkey A 127.0.0.1
      alias._domainkey CNAME good._domainkey
      loop._domainkey CNAME loop._domainkey

      """
    for (selector, type) in [("good", "rsa"), ("other", "rsa"), ("ed", "ed25519")] {
      let run = try KeyProcess.dkimtool(
        ["genkey", "-d", "example.com", "-s", selector, "--type", type], in: folder)
      try #require(run.status == 0)
      records += try folder.read(selector + ".txt")
    }
    // The name of the zone twice, as if the dot was forgotten.
    let doubled = try folder.read("ed.txt").split(separator: "\t", maxSplits: 1)[1]
    records += "twice._domainkey.example.com\t" + doubled
    let program = try #require(KeyPrograms.path("nsd"))
    return (folder, try KeyNameServer(program: program, records: records))
  }

  @Test(.enabled(if: KeyPrograms.path("nsd") != nil, missing))
  func `messages, output streams and exit statuses`() throws {
    let (folder, server) = try published()
    func testkey(_ selector: String, _ key: String, _ verbosity: String...) throws -> KeyProcess {
      try KeyProcess.dkimtool(
        ["testkey", "-d", "example.com", "-s", selector, "-k", key, "--nameserver", server.address] + verbosity,
        in: folder)
    }
    for (selector, key) in [("good", "good.private"), ("alias", "good.private"), ("ed", "ed.private")] {
      let quiet = try testkey(selector, key)
      #expect(quiet.status == 0)
      #expect(quiet.output + quiet.errors == "")
      #expect(try testkey(selector, key, "-v").errors == "dkimtool: key not secure\n\(Self.explanation)\n")
      let all = try testkey(selector, key, "-vvv")
      #expect(all.status == 0)
      #expect(all.output == "dkimtool: key OK\n")
      #expect(
        all.errorLines == [
          "dkimtool: key loaded from \(key)", "dkimtool: checking key '\(selector)._domainkey.example.com'",
          "dkimtool: key not secure", Self.explanation,
        ])
    }
    let mismatch = try testkey("good", "other.private", "-v", "-v")
    #expect(mismatch.status == 65)
    #expect(mismatch.output == "dkimtool: keys do not match\n")
    #expect(try testkey("ed", "good.private").output == "dkimtool: keys do not match\n")
  }

  @Test(.enabled(if: KeyPrograms.path("nsd") != nil, missing))
  func `missing records, invalid records, missing zone`() throws {
    let (folder, server) = try published()
    let expected: [(selector: String, words: String)] = [
      ("none", "'none._domainkey.example.com' record not found"),
      ("empty", "'empty._domainkey.example.com' record not found"),
      ("multi", "multiple DNS replies for 'multi._domainkey.example.com'"),
      ("rev", "Revoked key"),
      ("nop", "key missing"),
      ("junk", "syntax error in key data: tag \"junk\" at byte 10 has no \"=\""),
      ("loop", "'loop._domainkey.example.com' query failed: CNAME loop"),
      ("twice", "'twice._domainkey.example.com' record not found"),
    ]
    for (selector, words) in expected {
      let run = try KeyProcess.dkimtool(
        ["testkey", "-d", "example.com", "-s", selector, "--nameserver", server.address], in: folder)
      #expect(run.status == 69)
      #expect(run.errorLines.first == "dkimtool: " + words)
      #expect(run.errorLines.dropFirst().contains { $0.hasPrefix("dkimtool: fix: ") })
      #expect(run.output == "")
      #expect(
        run.errors.contains("there is a record at 'twice._domainkey.example.com.example.com'") == (selector == "twice"))
    }
    let refused = try KeyProcess.dkimtool(
      ["testkey", "-d", "example.org", "-s", "x", "--nameserver", server.address], in: folder)
    #expect(refused.status == 69)
    #expect(refused.errors.contains("'x._domainkey.example.org' query failed: REFUSED"))
  }

  @Test(
    .enabled(
      if: KeyPrograms.path("nsd") != nil && KeyPrograms.path("opendkim-testkey") != nil,
      "nsd or opendkim-testkey is not installed"),
    arguments: ["good", "multi", "rev", "nop", "none", "other"])
  func `the same exit statuses, streams and messages as opendkim-testkey`(selector: String) throws {
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
    try folder.write("opendkim.conf", "ResolverConfiguration \(folder.path("unbound.conf"))\n")
    let program = try #require(KeyPrograms.path("opendkim-testkey"))
    #expect(chmod644(folder, "good.private"))
    for verbosity in [[], ["-v"], ["-v", "-v"], ["-vvv"]] {
      let arguments = ["-d", "example.com", "-s", selector, "-k", "good.private"] + verbosity
      let theirs = try KeyProcess.run([program, "-x", "opendkim.conf"] + arguments, in: folder)
      let ours = try KeyProcess.dkimtool(
        ["testkey", "--nameserver", server.address] + arguments, in: folder)
      #expect(ours.status == theirs.status)
      #expect(ours.output == theirs.output.replacingProgram)
      let ourWords = ours.errorLines.filter { !$0.hasPrefix("dkimtool: fix: ") && $0 != Self.explanation }
      #expect(ourWords.joined(separator: "\n") == theirs.errorLines.joined(separator: "\n").replacingProgram)
    }
  }

  private func chmod644(_ folder: KeyFolder, _ name: String) -> Bool {
    (try? folder.write(name, try folder.read(name), mode: 0o644)) != nil
  }
}

extension String {
  /// The text with the name dkimtool in place of opendkim-testkey.
  fileprivate var replacingProgram: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("opendkim-testkey: ") ? "dkimtool: " + line.dropFirst("opendkim-testkey: ".count) : String(line)
    }.joined(separator: "\n")
  }
}
