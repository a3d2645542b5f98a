import TestSupport
import Testing

@Suite("genzone: the records as name servers read them")
struct GenZoneTests {
  private static let checker = KeyPrograms.path("nsd-checkzone")
  private static let noChecker: Comment = "nsd-checkzone is not installed"

  /// A directory with keys of every size and type, and a table of them.
  private func folder() throws -> KeyFolder {
    let folder = try KeyFolder()
    for (name, key) in [("r1024", "rsa1024"), ("r2048", "rsa2048"), ("r4096", "rsa4096"), ("ed", "ed25519")] {
      let pem = try TestFiles.read(TestFiles.package.string + "/Tests/Vectors/keys/\(key).pem")
      try folder.write("\(name).private", String(decoding: pem, as: UTF8.self))
    }
    try folder.write(
      "keytable",
      """
      a example.com:r1024:\(folder.path("r1024.private"))
      b example.com:r2048:\(folder.path("r2048.private"))
      c example.com:2026.Mail_x:\(folder.path("r4096.private"))

      """)
    try folder.write(
      "more",
      """
      d sub.example.com:r2048:\(folder.path("r2048.private"))
      e example.com:ed:\(folder.path("ed.private"))
      f bücher.example:ed:\(folder.path("ed.private"))

      """)
    return folder
  }

  private func genzone(_ words: [String], in folder: KeyFolder) throws -> KeyProcess {
    try KeyProcess.dkimtool(["genzone"] + words, in: folder)
  }

  /// A zone as nsd reads it.
  private struct Zone: Equatable {
    /// The numbers of the SOA record after the serial number.
    var times: Substring?
    /// The full name, the TTL, and the joined strings of each record.
    var records: [String] = []
    var names: [String] { records.map { String($0.prefix { $0 != " " }) } }
    /// The zone without its TTL.
    var withoutLifetimes: Zone {
      Zone(
        times: times,
        records: records.map { line in
          line.split(separator: " ").enumerated().filter { $0.offset != 1 }.map(\.element).joined(separator: " ")
        })
    }
  }

  private func zone(_ name: String, _ file: String, in folder: KeyFolder) throws -> Zone {
    let checker = try #require(Self.checker)
    let run = try KeyProcess.run([checker, "-p", name, file], in: folder)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    var (zone, origin) = (Zone(), "")
    for line in run.output.split(separator: "\n") {
      if line.hasPrefix("$ORIGIN ") { origin = "." + line.dropFirst(8) }
      let parts = line.split(separator: "\t", maxSplits: 4).map(String.init)
      if line.hasSuffix(" )"), zone.times == nil { zone.times = line.drop { $0 != " " } }
      guard parts.count == 5, parts[3] == "TXT" else { continue }
      let text = parts[4].replacing("\" \"", with: "").replacing(" ", with: "").replacing("\\;", with: ";")
      zone.records.append("\(parts[0])\(origin) \(parts[1]) \(text)")
    }
    zone.records.sort()
    return zone
  }

  @Test(
    .enabled(
      if: checker != nil && KeyPrograms.path("opendkim-genzone") != nil,
      "nsd-checkzone or opendkim-genzone is not installed"),
    arguments: [
      ["-D"], ["-D", "-d", "example.com"], ["-F"], ["-D", "-M"], ["-D", "-t", "300"],
      ["-D", "-E", "1000", "-r", "60", "-R", "30", "-T", "7200"],
    ])
  func `the same records as opendkim-genzone`(options: [String]) throws {
    let folder = try folder()
    let words = options + ["-S", "-N", "ns1,ns2", "-C", "hostmaster"]
    let theirs = try KeyProcess.run(
      [try #require(KeyPrograms.path("opendkim-genzone"))] + words + [
        "-o", "theirs", "file:\(folder.path("keytable"))",
      ],
      in: folder)
    #expect(theirs.status == 0)
    let ours = try genzone(words + ["-o", "ours", "file:keytable"], in: folder)
    #expect(ours.status == 0 && ours.output.isEmpty && ours.errors.isEmpty)
    let (mine, other) = (try zone("example.com", "ours", in: folder), try zone("example.com", "theirs", in: folder))
    #expect(mine.records.count == 3)
    // The zones of opendkim-genzone do not contain the TTL of the zone, although -T is documented as setting it.
    #expect(options.contains("-t") ? mine == other : mine.withoutLifetimes == other.withoutLifetimes)
  }

  @Test(.enabled(if: checker != nil, noChecker), arguments: ["-D", "-F"])
  func `a zone with keys of a domain and its subdomains can be loaded, and so can a zone for _domainkey`(form: String)
    throws
  {
    let folder = try folder()
    #expect(try genzone(["-S", "-N", "ns1.example.net", form, "-o", "zone", "file:more"], in: folder).status == 0)
    let run = try genzone(
      ["-S", "-N", "ns1.example.net", form, "-d", "example.com", "-s", "-o", "zone", "file:more"], in: folder)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      try zone("example.com", "zone", in: folder).names == [
        "ed._domainkey.example.com.", "r2048._domainkey.sub.example.com.",
      ])
    let key = try genzone(["-S", "-N", "ns1", "-o", "keys", "file:keytable"], in: folder)
    #expect(key.status == 0)
    #expect(
      try zone("_domainkey.example.com", "keys", in: folder).names == [
        "2026.mail_x._domainkey.example.com.", "r1024._domainkey.example.com.", "r2048._domainkey.example.com.",
      ])
    let other = try genzone(["-S", "-N", "ns1", "-D", "-d", "bücher.example", "-o", "u", "file:more"], in: folder)
    #expect(other.status == 0)
    #expect(
      try zone("xn--bcher-kva.example", "u", in: folder).names == ["ed._domainkey.xn--bcher-kva.example."])
  }

  @Test
  func `no string is longer than 255 bytes, neither in a zone nor in an update`() throws {
    let folder = try folder()
    for words in [["-F"], ["-u"], ["-u", "--replace"], ["-M"]] {
      let run = try genzone(words + ["file:keytable"], in: folder)
      #expect(run.status == 0)
      let strings = run.output.split(separator: "\n").flatMap { line in
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
          .map(\.element)
      }
      #expect(strings.count >= 6)
      #expect(strings.allSatisfy { $0.utf8.count <= 255 })
    }
  }

  @Test(
    .enabled(if: KeyPrograms.path("nsupdate") != nil, "nsupdate is not installed"),
    arguments: [[], ["--replace"], ["-N", "192.0.2.1"], ["-N", "127.0.0.1", "--zone", "example.com", "-t", "60"]])
  func `nsupdate accepts the script, also with several domains and many keys`(words: [String]) throws {
    let folder = try folder()
    let rows = (0..<120).map { "k\($0) d\($0 % 2).example:s\($0):\(folder.path("ed.private"))\n" }.joined()
    try folder.write("many", try folder.read("more") + rows)
    let run = try genzone(["-u"] + words + ["refile:many"], in: folder)
    #expect(run.status == 0)
    let additions = run.output.split(separator: "\n").filter { $0.hasPrefix("update add ") }
    #expect(additions.count == 123)
    #expect(additions.allSatisfy { $0.contains(words.contains("-t") ? ". 60 IN TXT " : ". 86400 IN TXT ") })
    // "show" instead of "send" reports errors as well, and needs no server.
    try folder.write(
      "script", run.output.replacing("\nsend\n", with: "\nshow\n").replacing("\nanswer\n", with: "\n"))
    let nsupdate = try #require(KeyPrograms.path("nsupdate"))
    let shown = try KeyProcess.run([nsupdate, "script"], in: folder)
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("s119._domainkey.d1.example. "))
  }
}
