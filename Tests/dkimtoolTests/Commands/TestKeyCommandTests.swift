import Testing

@Suite("testkey: the command line and the private key")
struct TestKeyCommandTests {
  /// A directory with sel.private and a key file with its record.
  private func folder(_ flags: String..., change: (String) -> String = { $0 }) throws -> KeyFolder {
    let folder = try KeyFolder()
    let run = try KeyProcess.dkimtool(
      ["genkey", "-d", "example.com", "-s", "sel", "--type", "ed25519", "--print", "line"] + flags, in: folder)
    try #require(run.status == 0)
    try folder.write("keys", "sel._domainkey.example.com " + change(run.output))
    return folder
  }

  private func testkey(_ arguments: String..., in folder: KeyFolder) throws -> KeyProcess {
    try KeyProcess.dkimtool(
      ["testkey", "-d", "example.com", "-s", "sel", "--keys", "keys"] + arguments, in: folder)
  }

  @Test(arguments: [[], ["-d", "example.com"], ["-s", "sel"]])
  func `a missing domain or selector ends with 78`(arguments: [String]) throws {
    let run = try KeyProcess.dkimtool(["testkey"] + arguments, in: try KeyFolder())
    #expect(run.status == 78)
    #expect(run.errors.contains("missing domain or selector; give -d and -s"))
    #expect(run.errors.contains("Usage: dkimtool testkey"))
  }

  @Test(arguments: [("a b", "sel"), ("example.com", "a/b")])
  func `invalid names end with 78`(domain: String, selector: String) throws {
    let run = try KeyProcess.dkimtool(["testkey", "-d", domain, "-s", selector], in: try KeyFolder())
    #expect(run.status == 78)
  }

  @Test
  func `without a private key, only the record is checked`() throws {
    let folder = try folder()
    let run = try testkey("-vvv", in: folder)
    #expect(run.status == 0)
    #expect(run.output == "dkimtool: key OK\n")
    #expect(!run.errors.contains("key loaded"))
  }

  @Test(arguments: [0o644, 0o640, 0o620, 0o602, 0o604])
  func `a key file that other users can access: the words of opendkim-testkey, and a suggested fix`(mode: UInt32) throws
  {
    let folder = try folder()
    try folder.write("it's mine", try folder.read("sel.private"), mode: mode)
    let run = try testkey("-k", "it's mine", in: folder)
    #expect(run.status == 0)
    #expect(
      run.errorLines == [
        "dkimtool: it's mine: WARNING: unsafe permissions", #"dkimtool: fix: chmod 600 'it'\''s mine'"#,
      ])
  }

  @Test
  func `a missing key file, or a directory in its place: 71`() throws {
    let folder = try folder()
    let missing = try testkey("-k", "nokey", in: folder)
    #expect(missing.status == 71)
    #expect(missing.errors == "dkimtool: nokey: stat(): No such file or directory\n")
    let directory = try testkey("-k", ".", in: folder)
    #expect(directory.status == 71)
    #expect(directory.errors == "dkimtool: .: stat(): not a regular file\n")
  }

  @Test
  func `a file that is not a private key: 69, and what the file is`() throws {
    let folder = try folder()
    try folder.write("junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    let run = try testkey("-k", "junk", in: folder)
    #expect(run.status == 69)
    #expect(run.errors.hasPrefix("dkimtool: junk: this is a certificate"))
  }

  @Test
  func `t=y is reported without -v, t=s only with it; the key is usable in both cases`() throws {
    let folder = try folder("-t", "-S")
    let quiet = try testkey("-k", "sel.private", in: folder)
    #expect(quiet.status == 0)
    #expect(quiet.errorLines.first?.hasPrefix("dkimtool: warning: t=y:") == true)
    #expect(!quiet.errors.contains("t=s"))
    let loud = try testkey("-k", "sel.private", "-v", in: folder)
    #expect(loud.errors.contains("dkimtool: t=s: signatures with an identity"))
  }

  @Test
  func `quotes of a zone file in the record are reported, with the corrected record`() throws {
    let folder = try folder(change: { line in
      let text = line.dropLast()
      let location = text.index(text.endIndex, offsetBy: -20)
      return "\"\\\"\(text[..<location])\\\" \\\"\(text[location...])\\\"\"\n"
    })
    let run = try testkey("-k", "sel.private", in: folder)
    #expect(run.status == 69)
    #expect(run.errorLines.first?.hasPrefix("dkimtool: syntax error in key data") == true)
    #expect(run.errors.contains("the record itself contains quotes inside p="))
    let meant = try KeyProcess.dkimtool(
      ["genkey", "-d", "example.com", "-s", "sel", "--from", "sel.private", "--print", "line"], in: folder)
    #expect(run.errors.contains("the corrected record: " + meant.output))
  }

  @Test
  func `an invalid key file is reported, and --keys excludes --nameserver`() throws {
    let folder = try folder(change: { _ in "\"" })
    #expect(try testkey(in: folder).status == 65)
    #expect(try testkey("--nameserver", "127.0.0.1", in: folder).status == 64)
    #expect(try testkey("--nameserver", "ns.example.com", in: folder).status == 64)
  }
}
