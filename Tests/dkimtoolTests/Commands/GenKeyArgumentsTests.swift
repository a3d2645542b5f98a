import Testing

@Suite("genkey: the command line")
struct GenKeyArgumentsTests {
  static let senseless: [(arguments: [String], words: String)] = [
    ([], "--domain"),
    (["-d", "exa mple.com"], "\"exa mple.com\" has byte 0x20 at byte 4"),
    (["-d", "example.com", "-s", "a/b"], "\"a/b\" has \"/\" at byte 2"),
    (["-d", "example.com", "-s", ".."], "\"..\" has an empty label"),
    (["-d", "example.com", "-s", String(repeating: "a", count: 64)], "longer than 63 bytes"),
    (["-d", "example.com", "-b", "512"], "must not accept signatures made with RSA keys below 1024 bits (RFC 8301)"),
    (["-d", "example.com", "-b", "1023"], "RFC 8301"),
    (["-d", "example.com", "-b", "8193"], "8192 is the limit"),
    (["-d", "example.com", "-b", "many"], "\"many\" is not a number of bits"),
    (["-d", "example.com", "-b", "99999999999999999999"], "not a number of bits"),
    (["-d", "example.com", "-h", "sha256,sha1"], "separate algorithms with colons"),
    (["-d", "example.com", "-h", "sha256::sha1"], "h="),
    (["-d", "example.com", "-h", "sha 256"], "h=sha 256"),
    (["-d", "example.com", "-S", "--subdomains"], "cannot be combined"),
    (["-d", "example.com", "--from", "x", "--force"], "cannot be combined"),
    (["-d", "example.com", "--type", "dsa"], "'rsa' and 'ed25519'"),
    (["-d", "example.com", "-t", "ed25519"], "ed25519"),
    (["-d", "example.com", "--print", "xml"], "xml"),
  ]

  @Test(arguments: senseless)
  func `an invalid command line ends with 64 and an error, and leaves no file`(arguments: [String], words: String)
    throws
  {
    let folder = try KeyFolder()
    let run = try KeyProcess.dkimtool(["genkey"] + arguments, in: folder)
    #expect(run.status == 64)
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(run.output == "")
    #expect(folder.names == [])
  }

  @Test
  func `a name that is too long for DNS is refused`() throws {
    let folder = try KeyFolder()
    let label = String(repeating: "a", count: 60)
    let run = try KeyProcess.dkimtool(
      ["genkey", "--type", "ed25519", "-d", [label, label, label, "example"].joined(separator: "."), "-s", label],
      in: folder)
    #expect(run.status == 64)
    #expect(run.errors.contains("exceeds the maximum length of a DNS name (253 bytes)"))
    #expect(folder.names == [])
  }

  static let unwise: [(arguments: [String], words: String)] = [
    (["-b", "1024"], "RFC 8301 recommends at least 2048 bits"),
    (["-t", "--type", "ed25519"], "t=y"),
    (["-h", "sha1", "--type", "ed25519"], "h= does not include sha256"),
    (["-b", "4096", "--type", "ed25519"], "Ed25519 keys have a fixed size"),
  ]

  @Test(arguments: unwise)
  func `unwise options work, with a warning`(arguments: [String], words: String) throws {
    let folder = try KeyFolder()
    let run = try KeyProcess.dkimtool(["genkey", "-d", "example.com"] + arguments, in: folder)
    #expect(run.status == 0)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.hasPrefix("dkimtool: warning: "))
    #expect(run.errors.contains(words))
    #expect(folder.names == ["default.private", "default.txt"])
  }

  @Test
  func `-h sets the hash algorithms, and --help prints help; an empty list omits h=`() throws {
    let folder = try KeyFolder()
    let help = try KeyProcess.dkimtool(["genkey", "--help"], in: folder)
    #expect(help.status == 0)
    #expect(help.output.contains("-h, --hash-algorithms"))
    let run = try KeyProcess.dkimtool(
      ["genkey", "-dexample.com", "-h", "", "--type", "ed25519", "--print", "line"], in: folder)
    #expect(run.output.hasPrefix("v=DKIM1; k=ed25519; p="))
  }

  @Test
  func `several forms are printed in the order of the options`() throws {
    let folder = try KeyFolder()
    let run = try KeyProcess.dkimtool(
      [
        "genkey", "-d", "example.com", "--type", "ed25519", "-a", "--print", "line", "--print", "zone", "--print",
        "json",
      ],
      in: folder)
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("v=DKIM1; "))
    #expect(run.output.contains(try folder.read("default.txt")))
    #expect(lines[3].hasPrefix("{\"name\":\"default._domainkey.example.com\""))
  }

  @Test
  func `--from prints the record of an existing key, and writes nothing`() throws {
    let folder = try KeyFolder()
    #expect(try KeyProcess.dkimtool(["genkey", "-d", "example.com", "--type", "ed25519"], in: folder).status == 0)
    let run = try KeyProcess.dkimtool(["genkey", "-d", "example.com", "--from", "default.private"], in: folder)
    #expect(run.status == 0)
    #expect(run.output == (try folder.read("default.txt")))
    #expect(folder.names == ["default.private", "default.txt"])
    let none = try KeyProcess.dkimtool(["genkey", "-d", "example.com", "--from", "none"], in: folder)
    #expect(none.status == 66)
  }
}
