import Glibc
import Testing

@Suite("opendkim-genkey: compared with the original", .enabled(if: SideBySide.canRun(), SideBySide.missing))
struct GenKeyNameTests {
  private static let program = SideBySide(name: "opendkim-genkey")

  /// A file that a program wrote: its mode, and the text of a record without the key.
  private struct Made: Equatable {
    let name: String
    let mode: UInt32?
    let lines: [String]
    let lengths: [Int]
  }

  private func made(_ folder: KeyFolder) throws -> [Made] {
    try folder.names.map { name in
      let lines = try folder.read(name).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let isRecord = name.hasSuffix(".txt")
      // The tags and the comment; keys differ.
      let texts = isRecord ? [lines[0], lines.last { $0.contains(")") }.map(Self.comment) ?? ""] : [lines[0]]
      return Made(name: name, mode: folder.mode(name), lines: texts, lengths: isRecord ? lines.map(\.utf8.count) : [])
    }
  }

  private static func comment(_ line: String) -> String {
    line.firstRange(of: "\" )").map { String(line[$0.lowerBound...]) } ?? line
  }

  private func expectSame(_ arguments: [String]) throws {
    let (theirFolder, ourFolder) = (try KeyFolder(), try KeyFolder())
    let theirs = try Self.program.theirs(arguments, in: theirFolder)
    let ours = try Self.program.ours(arguments, in: ourFolder)
    #expect(ours == theirs, "\(arguments)")
    #expect(try made(ourFolder) == made(theirFolder), "\(arguments)")
  }

  @Test(arguments: [
    "-b 1024", "-b 1024 -d example.com -s 2021", "-v -b 1024 -a -d example.com -s 2021.mail", "-b 1024 -ar",
    "-b 1024 -n note -h sha256:sha1 -S -t -r", "-b 1024 -d Example.COM -s A", "-b 2688", "-b 4096 -s x", "",
    "--append-domain --restrict --nosubdomains --testmode --bits=1024 --note=x --hash-algorithms=sha1",
    "-b1024v -s bb", "-b+1024", "--nos -b 1024", "--noS -b 1024", "--v -b 1024", "-vv -b 1024 -s vv",
    "-b 1024 --no-restrict -r", "-b 1024 -r --no-restrict", "-b 1024 -S --subdomains", "--Bits 1024",
    "-b 1024 --nosubdomains --subdomains", "-b 1024 -d under_score.example -s a_b -a",
    // Words that are not options are ignored.
    "foo -b 1024 bar", "- -b 1024", "-b 1024 -t ed25519", "-- -b 1024",
    // The value of -d is the next word, whatever it is.
    "-b 1024 -D . -d -s 2021",
  ])
  func `keys and records`(line: String) throws { try expectSame(line.split(separator: " ").map(String.init)) }

  @Test(arguments: [
    "-V", "--version", "-vV", "--help", "--he", "-z", "-x -y", "-d", "-s", "-h", "-n", "-b abc", "-bx", "-b=1024",
    "--bits", "--bits=", "--bits=12x", "--foo=1", "--FOO", "--ve", "--no", "--no-", "--note=", "--restrict=1",
    "--app=1", "--hash", "--noverbose", "-d example.com -s 2021 -z", "-D /nonexistent", "-D /nonexistent -v",
  ])
  func `usage, version and wrong options`(line: String) throws {
    try expectSame(line.split(separator: " ").map(String.init))
  }

  @Test
  func `a note of several words, and -D`() throws {
    let (theirFolder, ourFolder) = (try KeyFolder(), try KeyFolder())
    for (folder, run) in [(theirFolder, true), (ourFolder, false)] {
      try folder.makeFolder("keys")
      let arguments = ["-b", "1024", "-D", "keys", "-d", "example.com", "-s", "2021", "-n", "a note", "-v"]
      let result =
        run ? try Self.program.theirs(arguments, in: folder) : try Self.program.ours(arguments, in: folder)
      #expect(result.status == 0)
      #expect(
        result.errors == """
          opendkim-genkey: generating private key
          opendkim-genkey: private key written to 2021.private
          opendkim-genkey: extracting public key
          opendkim-genkey: DNS TXT record written to 2021.txt

          """)
      #expect(folder.mode("keys/2021.private") == 0o600 && folder.mode("keys/2021.txt") == 0o600)
      let head = try folder.read("keys/2021.txt").split(separator: "\n")[0]
      #expect(head == "2021._domainkey\tIN\tTXT\t( \"v=DKIM1; n=\\\"a note\\\"; h=sha256; k=rsa; \"")
    }
  }
}

@Suite("opendkim-genkey: differences from the original")
struct GenKeyNameDifferenceTests {
  private static let program = SideBySide(name: "opendkim-genkey")

  @Test
  func `existing files are kept in the same directory, as pairs`() throws {
    let folder = try KeyFolder()
    var pairs: [(key: String, record: String)] = []
    for _ in 0..<3 {
      let run = try Self.program.ours(["-b", "1024", "-d", "example.com", "-s", "a"], in: folder)
      #expect(run.status == 0)
      #expect(run.output + run.errors == "")
      pairs.append((try folder.read("a.private"), try folder.read("a.txt")))
    }
    #expect(
      folder.names == [
        "a.private", "a.private.old", "a.private.old.2", "a.txt", "a.txt.old", "a.txt.old.2",
      ])
    #expect(folder.names.allSatisfy { folder.mode($0) == 0o600 })
    for (number, ending) in ["old", "old.2"].enumerated() {
      #expect(try folder.read("a.private.\(ending)") == pairs[number].key)
      #expect(try folder.read("a.txt.\(ending)") == pairs[number].record)
    }
    let run = try Self.program.ours(["-b", "1024", "-d", "example.com", "-s", "a", "-v"], in: folder)
    #expect(run.errors.contains("opendkim-genkey: old file kept as a.private.old.3\n"))
  }

  @Test(.enabled(if: geteuid() == 0))
  func `a new key has the owner and the mode of the one that it replaces`() throws {
    for isTheirs in [true, false] {
      let folder = try KeyFolder()
      let arguments = ["-b", "1024", "-s", "a"]
      func run() throws -> SideBySide.Run {
        try isTheirs ? Self.program.theirs(arguments, in: folder) : Self.program.ours(arguments, in: folder)
      }
      #expect(try run().status == 0)
      let first = try folder.read("a.private")
      for name in ["a.private", "a.txt"] {
        #expect(chown(folder.path(name), 65_534, 65_534) == 0 && chmod(folder.path(name), 0o640) == 0)
      }
      #expect(try run().status == 0)
      #expect(try folder.read("a.private") != first)
      for name in ["a.private", "a.txt"] {
        var status = stat()
        #expect(stat(folder.path(name), &status) == 0)
        #expect(
          status.st_uid == 65_534 && status.st_gid == 65_534 && folder.mode(name) == 0o640, "\(name), \(isTheirs)")
      }
    }
  }

  @Test
  func `if the number of one file is in use, the pair gets another number`() throws {
    let folder = try KeyFolder()
    try folder.write("a.private", "key")
    try folder.write("a.txt.old", "older")
    #expect(try Self.program.ours(["-b", "1024", "-s", "a"], in: folder).status == 0)
    #expect(folder.names == ["a.private", "a.private.old.2", "a.txt", "a.txt.old"])
    #expect(try folder.read("a.private.old.2") == "key")
  }

  @Test
  func `if a file cannot be replaced, nothing is changed`() throws {
    let folder = try KeyFolder()
    try folder.write("a.private", "key")
    try folder.makeFolder("a.txt")
    let run = try Self.program.ours(["-b", "1024", "-s", "a"], in: folder)
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("opendkim-genkey: a.txt: "))
    #expect(try folder.read("a.private") == "key")
    #expect(folder.names == ["a.private", "a.txt"])
  }

  @Test(arguments: [["--ed25519"], ["--type", "ed25519"], ["--type=ed25519", "-b", "1024"]])
  func `Ed25519`(options: [String]) throws {
    let folder = try KeyFolder()
    let run = try Self.program.ours(options + ["-d", "example.com", "-s", "ed"], in: folder)
    #expect(run.status == 0 && run.errors == "")
    #expect(try folder.read("ed.txt").hasPrefix("ed._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=ed25519; \"\n"))
  }

  @Test(arguments: [
    ["-b", "600"], ["-s", "a/b"], ["-s", "=x"], ["-h", "sha1,sha256"], ["--type", "dsa"],
  ])
  func `options that give a key or record that receivers do not accept are refused`(options: [String]) throws {
    let folder = try KeyFolder()
    let run = try Self.program.ours(options, in: folder)
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.contains("opendkim-genkey: ") && !run.errors.contains("dkimtool: "))
    #expect(folder.names == [])
  }

  @Test
  func `an internationalized domain, and one with a dot at its end, are published under the right name`() throws {
    let folder = try KeyFolder()
    for (domain, name) in [("bücher.example", "xn--bcher-kva.example"), ("example.com.", "example.com")] {
      #expect(try Self.program.ours(["-b", "1024", "-a", "-d", domain, "-s", "a"], in: folder).status == 0)
      #expect(try folder.read("a.txt").hasPrefix("a._domainkey.\(name).\tIN"))
    }
  }
}
