import Testing

/// `dkimtool explain` with tables, keys and messages of its own.
@Suite struct ExplainTests {
  private func folder() throws -> ToolFolder {
    let folder = try ToolFolder()
    try folder.write(
      "o.conf",
      """
      Mode sv
      KeyTable keytable
      SigningTable refile:signingtable
      InternalHosts trusted
      RequireSafeKeys no
      Canonicalization relaxed/simple
      OversignHeaders From
      AuthservID mx.example.org
      SyslogSuccess yes
      BaseDirectory \(folder.path)/work
      """ + "\n")
    try folder.write("keytable", "k1 example.com:2026:./2026.private\n")
    try folder.write("signingtable", "# who\n*@sub.example.com k1\n*@example.com k1\n")
    try folder.write("trusted", "127.0.0.1\n192.0.2.0/24\n")
    try folder.write("m.eml", "From: Alice <alice@example.com>\nTo: bob@example.net\nSubject: Hi\n\nHello\n")
    #expect(
      try folder.run("sed -i 's/^KeyTable /KeyTable file:/; s/^InternalHosts /InternalHosts file:/' o.conf").status == 0
    )
    #expect(try folder.run("dkimtool genkey -d example.com -s 2026").status == 0)
    return folder
  }

  @Test func `a sender is enough to learn which row signs`() throws {
    let folder = try folder()
    let run = try folder.run("dkimtool explain -x o.conf --sender alice@example.com")
    #expect(run.status == 0)
    #expect(
      run.text.replacing("\(folder.path)/work/", with: "")
        == """
        client localhost [127.0.0.1]
        message
          . sender alice@example.com, from the field From (SenderHeaders)
          . the client is internal
            + localhost [127.0.0.1] matches '127.0.0.1' (InternalHosts, trusted:1)
          . 1 key signs for alice@example.com
            + '*@example.com' names the key 'k1' (SigningTable, signingtable:3)
              . key 'k1': d=example.com s=2026 2026.private (KeyTable, keytable:1)
          = to be signed: a=rsa-sha256 d=example.com s=2026 c=relaxed/simple 2048-bit key
        verdict
          would be signed with one key

        """.replacing(" 2026.private", with: " ./2026.private"))
  }

  @Test func `rows that nearly match are reported`() throws {
    let run = try folder().run("dkimtool explain -x o.conf --sender a@deep.example.com --client-ip 192.0.2.7")
    #expect(run.text.contains("- no signing table match for 'a@deep.example.com' (SigningTable, o.conf:3)"))
    #expect(
      run.text.contains(
        "- '*@example.com' matches only that domain; to match its subdomains, write \"*@*.example.com\""))
  }

  @Test func `external clients get the reason why they are not signed`() throws {
    let folder = try folder()
    let command = "dkimtool explain -x o.conf --sender alice@example.com --client-ip 198.51.100.7"
    let run = try folder.run(command)
    #expect(run.text.contains(". the client is not internal"))
    #expect(run.text.contains("- '*@example.com' would name the key 'k1' (SigningTable,"))
    #expect(run.text.hasSuffix("verdict\n  would be verified\n"))
    let authenticated = try folder.run(command + " --macro '{auth_type}=PLAIN'")
    #expect(authenticated.text.contains("+ the client has authenticated (PLAIN)"))
    #expect(authenticated.text.hasSuffix("would be signed with one key\n"))
  }

  @Test func `a message passes through all stages`() throws {
    let folder = try folder()
    let run = try folder.run("dkimtool explain -x o.conf --at 1780000000 m.eml")
    #expect(run.text.contains("verdict\n  reply: accept\n  adds: DKIM-Signature: v=1; a=rsa-sha256;"))
    #expect(run.text.hasSuffix("  log: explain: DKIM-Signature field added (s=2026, d=example.com)\n"))
    let verified = try folder.run(
      """
      dkimtool sign -d example.com -s 2026 -k 2026.private m.eml > signed.eml
      echo "2026._domainkey.example.com $(grep -o '"[^"]*"' 2026.txt | tr -d '"\\n')" > keys.txt
      dkimtool explain -x o.conf --client-ip 198.51.100.7 --keys keys.txt signed.eml
      """)
    #expect(verified.text.contains("+ signature of example.com (s=2026): pass"))
    #expect(
      verified.text.contains(
        "adds: Authentication-Results: mx.example.org;\n      dkim=pass (2048-bit key; unprotected)"))
  }

  /// The milter uses these key sources as well.
  @Test(arguments: ["TestDNSData file:", "TestPublicKeys "])
  func `keys are looked up where the filter looks them up`(_ setting: String) throws {
    let folder = try folder()
    try folder.write("v.conf", "Mode v\nAuthservID mx.example.org\n\(setting)\(folder.path)/work/keys.txt\n")
    let run = try folder.run(
      """
      dkimtool sign -d example.com -s 2026 -k 2026.private m.eml > signed.eml
      echo "2026._domainkey.example.com $(grep -o '"[^"]*"' 2026.txt | tr -d '"\\n')" > keys.txt
      dkimtool explain -x v.conf --client-ip 198.51.100.7 signed.eml
      """)
    #expect(run.status == 0)
    #expect(run.text.contains("+ signature of example.com (s=2026): pass"))
    let filter = try folder.run("dkim-milter -x v.conf -u \"$(id -un)\" -t signed.eml")
    #expect(filter.status == 0, "\(filter.errorText)")
    #expect(filter.text.contains("verification (s=2026, d=example.com, 2048-bit key) succeeded"))
  }

  @Test func `the time limit of the configuration applies`() throws {
    let folder = try folder()
    // No server listens on the discard port.
    try folder.write("v.conf", "Mode v\nNameservers 127.0.0.1@9\nDNSTimeout 1\nOn-DNSError tempfail\n")
    let start = ContinuousClock.now
    let run = try folder.run(
      """
      dkimtool sign -d example.com -s 2026 -k 2026.private m.eml > signed.eml
      dkimtool explain -x v.conf --client-ip 198.51.100.7 signed.eml
      """)
    #expect(run.text.contains("(On-DNSError"))
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test func `the sender can be exchanged in a message`() throws {
    let run = try folder().run("dkimtool explain -x o.conf --sender x@other.example m.eml")
    #expect(run.text.contains(". sender x@other.example, from the field From"))
    #expect(run.text.contains(". no key signs for x@other.example"))
  }

  @Test func `JSON has the same tree`() throws {
    let folder = try folder()
    let run = try folder.run("dkimtool explain -x o.conf --json --sender alice@example.com")
    #expect(run.lines.count == 1)
    #expect(
      run.text.hasPrefix(
        "{\"client\":{\"name\":\"localhost\",\"address\":\"127.0.0.1\"},\"action\":\"sign\",\"steps\":["))
    #expect(
      run.text.contains(
        "\"setting\":\"SigningTable\",\"file\":\"\(folder.path)/work/signingtable\",\"line\":3,\"steps\":[{"))
    #expect(run.text.hasSuffix("\"verdict\":null}\n"))
    let message = try folder.run("dkimtool explain -x o.conf --json m.eml")
    #expect(
      message.text.contains(
        "\"verdict\":{\"reply\":\"accept\",\"quarantine\":null,\"edits\":[{\"edit\":\"insert\",\"name\":\"DKIM-"
          + "Signature\",\"index\":0,"
      ))
  }

  @Test func `unusable keys are reported with a fix`() throws {
    let folder = try folder()
    let run = try folder.run("echo junk > 2026.private; dkimtool explain -x o.conf --sender alice@example.com")
    #expect(run.status == 78 || run.text.contains("'*@example.com' names the key 'k1'"))
    #expect((run.text + run.errorText).contains("2026.private"))
  }

  @Test func `a lookup that is impossible gives the reason`() throws {
    let folder = try folder()
    var run = try folder.run("dkimtool explain -x o.conf")
    #expect(run.status == 64 && run.errorText.contains("missing message; give a message file"))
    run = try folder.run("dkimtool explain -x o.conf --sender alice")
    #expect(run.status == 64 && run.errorText.contains("no address found"))
    run = try folder.run("dkimtool explain -x o.conf --sender a@b.example --client-ip 300.1.1.1")
    #expect(run.status == 64 && run.errorText.contains("is not an IP address"))
    run = try folder.run("dkimtool explain -x o.conf nothing.eml")
    #expect(run.status == 66)
    run = try folder.run("echo 'NoSuchName x' >> o.conf; dkimtool explain -x o.conf --sender a@b.example")
    #expect(run.status == 78 && run.errorText.contains("o.conf:11"))
  }
}
