import Testing

@Suite("genkey: the same output as opendkim-genkey, byte for byte")
struct GenKeyComparisonTests {
  static let flagSets: [[String]] = [
    [],
    ["-a"],
    ["-S", "-t", "-r", "-n", "a note", "-h", "sha256:sha1"],
    ["-t", "-b", "1024"],
    ["-r", "--nosubdomains", "--append-domain"],
    ["--testmode", "--restrict", "--note", "x", "--hash-algorithms", "sha256"],
    // 500 base64 characters, so the last string is empty.
    ["-b", "2688"],
    ["-b4096", "-nnote"],
  ]

  @Test(
    .enabled(
      if: KeyPrograms.path("opendkim-genkey") != nil && KeyPrograms.path("openssl") != nil,
      "opendkim-genkey or openssl is not installed"),
    arguments: flagSets)
  func `for the same key and options`(flags: [String]) throws {
    let folder = try KeyFolder()
    let program = try #require(KeyPrograms.path("opendkim-genkey"))
    let names = ["-d", "Example.com", "-s", "2026.Mail"]
    let theirs = try KeyProcess.run([program] + names + flags, in: folder)
    try #require(theirs.status == 0)
    // The size is that of the existing key, so -b is removed.
    var ourFlags = flags.filter { !$0.hasPrefix("-b") }
    if let location = flags.firstIndex(of: "-b") { ourFlags.removeAll { $0 == flags[location + 1] } }
    let ours = try KeyProcess.dkimtool(
      ["genkey"] + names + ourFlags + ["--from", "2026.Mail.private", "--print", "zone"], in: folder)
    #expect(ours.status == 0)
    #expect(ours.output == (try folder.read("2026.Mail.txt")))
  }

  @Test
  func `the files have the same names and modes, and the key has the same format`() throws {
    let folder = try KeyFolder()
    guard let program = KeyPrograms.path("opendkim-genkey"), KeyPrograms.path("openssl") != nil else { return }
    #expect(try KeyProcess.run([program, "-d", "example.com", "-s", "a"], in: folder).status == 0)
    #expect(try KeyProcess.dkimtool(["genkey", "-d", "example.com", "-s", "b"], in: folder).status == 0)
    #expect(folder.names == ["a.private", "a.txt", "b.private", "b.txt"])
    for ending in ["private", "txt"] {
      #expect(folder.mode("a.\(ending)") == folder.mode("b.\(ending)"))
    }
    let theirs = try folder.read("a.private").split(separator: "\n")
    let ours = try folder.read("b.private").split(separator: "\n")
    #expect(theirs.first == ours.first)
    #expect(theirs.last == ours.last)
    #expect(theirs.count == ours.count)
  }
}
