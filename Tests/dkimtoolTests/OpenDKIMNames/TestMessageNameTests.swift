import Testing
import TestSupport

/// Messages, a key and its record for opendkim-testmsg.
private struct MessageFolder {
  let folder: KeyFolder
  static let signing = ["-d", "example.com", "-s", "a", "-k", "a.private"]

  static let message = """
    From: Joe <joe@example.com>
    To: bob@example.net
    Subject: hi
    Date: Mon, 30 Nov 2026 03:00:00 +0000
    Received: from x by y; Mon, 30 Nov 2026 03:00:00 +0000
    X-Foo: bar
     folded

    Hello
    world


    """

  init() throws {
    folder = try KeyFolder()
    var zone = ""
    for (name, selector) in [("usual", "a"), ("small", "other"), ("ed", "ed")] {
      try SharedKeys.copy(name, to: folder, as: selector)
      zone += "\(selector)._domainkey.example.com \(try SharedKeys.record(name))"
    }
    let changes = [
      ("test", "k=rsa;", "k=rsa; t=y;"), ("strict", "k=rsa;", "k=rsa; t=s;"), ("service", "k=rsa;", "k=rsa; s=other;"),
      ("sha1", "h=sha256", "h=sha1"), ("dsa", "k=rsa", "k=dsa"),
    ]
    for (selector, old, new) in changes {
      zone += "\(selector)._domainkey.example.com \(try SharedKeys.record("usual").replacing(old, with: new))"
    }
    zone += "rev._domainkey.example.com v=DKIM1; p=\njunk._domainkey.example.com v=DKIM1; junk\n"
    try folder.write("zone", zone)
    try folder.write("m", Self.message)
  }

  /// The message, signed by `dkimtool sign`.
  func signed(_ selector: String, key: String = "a.private", _ options: [String] = []) throws -> String {
    let run = try KeyProcess.dkimtool(
      ["sign", "-d", "example.com", "-s", selector, "-k", key, "-c", "relaxed/simple"] + options + ["m"], in: folder)
    try #require(run.status == 0)
    return run.output
  }
}

/// A resolver for the original, which uses that of the C library; this one answers from a file.
private enum FileResolver {
  static let library: String? = {
    guard let compiler = KeyPrograms.path("cc"), let folder = try? KeyFolder() else { return nil }
    kept = folder
    let source = TestFiles.package.appending("Tests/InteropTests/peers/zone.c").string
    let run = try? KeyProcess.run([compiler, "-shared", "-fPIC", "-o", "zone.so", source], in: folder)
    return run?.status == 0 ? folder.path("zone.so") : nil
  }()

  nonisolated(unsafe) private static var kept: KeyFolder?
}

@Suite(
  "opendkim-testmsg: compared with the original",
  .enabled(if: SideBySide.canRun("cc"), SideBySide.missing))
struct TestMessageNameTests {
  private static let program = SideBySide(name: "opendkim-testmsg")

  private func expectSameVerdict(_ message: String, _ what: String, in folder: KeyFolder) throws {
    try folder.write("input", message)
    let resolver: String = try #require(FileResolver.library)
    let theirs = try Self.program.theirs([], in: folder, input: "input", preload: resolver)
    let ours = try Self.program.ours(["--keys", "zone"], in: folder, input: "input")
    #expect(ours == theirs, "\(what)")
  }

  @Test
  func `verdicts and exit codes`() throws {
    let messages = try MessageFolder()
    let good = try messages.signed("a")
    for selector in ["none", "rev", "junk", "sha1", "test", "service", "dsa", "other"] {
      try expectSameVerdict(try messages.signed(selector), selector, in: messages.folder)
    }
    let none = try messages.signed("none")
    let field = String(good[..<(try #require(good.firstRange(of: "From: Joe")).lowerBound)])
    let unknownField = String(none[..<(try #require(none.firstRange(of: "From: Joe")).lowerBound)])
    let cases: [(what: String, message: String)] = [
      ("good", good), ("no signature", MessageFolder.message), ("CRLF", good.replacing("\n", with: "\r\n")),
      ("body", good.replacing("Hello", with: "Hallo")), ("header", good.replacing("Subject: hi", with: "Subject: ho")),
      ("no d=", good.replacing(" d=example.com;", with: "")), ("version", good.replacing("v=1;", with: "v=2;")),
      ("algorithm", good.replacing("rsa-sha256", with: "rsa-sha512")),
      ("rsa-sha1", good.replacing("rsa-sha256", with: "rsa-sha1")),
      ("canonicalization", good.replacing("relaxed/simple", with: "foo/simple")),
      ("syntax", good.replacing("v=1;", with: "v=1; junk;")),
      ("x= before t=", good.replacing("v=1;", with: "v=1; x=9;")),
      ("l= too long", good.replacing("v=1;", with: "v=1; l=999;")),
      ("two, first without a key", unknownField + good), ("two, second without a key", field + none),
      ("two, both bad", unknownField + good.replacing("Hello", with: "Hallo")),
      ("two, first bad", field + none.replacing("Hello", with: "Hallo")),
      ("expired", try messages.signed("a", ["--at", "1000", "--ttl", "10"])),
      ("from the future", try messages.signed("a", ["--at", "4000000000"])),
      ("a subdomain", try messages.signed("a", ["-i", "@sub.example.com"])),
      ("a subdomain with t=s", try messages.signed("strict", ["-i", "@sub.example.com"])),
      ("Ed25519", try messages.signed("ed", key: "ed.private")),
    ]
    for (what, message) in cases { try expectSameVerdict(message, what, in: messages.folder) }
  }

  @Test
  func `messages that are not accepted, for signing and for verifying`() throws {
    let messages = try MessageFolder()
    let rest = "From: a@example.com\nDate: Mon, 30 Nov 2026 03:00:00 +0000\n\nbody\n"
    let twice = [
      "Sender", "Reply-To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject", "From", "Date",
    ]
    var inputs = twice.map { "\($0): <a@b.c>\n\($0): <a@b.d>\n\(rest)" }
    inputs += [
      "", "Subject: x\n\nbody\n", "From: a@b.c\n", "From: a@b.c\n\nno date", "junk\n\(rest)", " x\n\(rest)",
      "From x@y Mon\n\(rest)", "From:\nDate: x\n\nbody\n",
    ]
    for input in inputs {
      try expectSameVerdict(input, input, in: messages.folder)
      try Self.program.expectSame(MessageFolder.signing.joined(separator: " "), in: messages.folder, input: "input")
    }
  }

  @Test
  func `command lines and key files`() throws {
    let messages = try MessageFolder()
    let lines = [
      "-d x", "-k x -s a", "-z", "-d", "-Cz", "--foo", "-d e.com -k none -s a", "-d e.com -k m -s a", "extra",
      "-d e.com -k / -s a", "-t /nonexistent", "-t /nonexistent -d e.com -k none -s a",
      "-t /nonexistent -d example.com -s a -k a.private",
    ]
    for line in lines { try Self.program.expectSame(line, in: messages.folder, input: "m") }
  }

  @Test(arguments: [[], ["-C"], ["-K"], ["-K", "-t", "."]])
  func `the message follows the signature byte for byte`(options: [String]) throws {
    let messages = try MessageFolder()
    let inputs = [
      MessageFolder.message, MessageFolder.message.replacing("\n", with: "\r\n"),
      "From: a@example.com\nDate: x\n\nbo\rdy\r\n.\r\n..\nlast", "From: a@example.com\nDate: x\n",
    ]
    for (number, input) in inputs.enumerated() {
      try messages.folder.write("input", input)
      let theirs = try Self.program.theirs(options + MessageFolder.signing, in: messages.folder, input: "input")
      let ours = try Self.program.ours(options + MessageFolder.signing, in: messages.folder, input: "input")
      #expect(ours.status == theirs.status && ours.errors == theirs.errors)
      #expect(ours.output.hasPrefix("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=a;"))
      #expect(ours.output.hasSuffix(input) && theirs.output.hasSuffix(input))
      let field = ours.output.utf8.dropLast(input.utf8.count)
      #expect(String(field)?.contains("\r\n") == options.contains("-C"))
      // The original does not accept a message with two kinds of line endings, not even its own.
      if !options.contains("-C"), number == 0 { try expectSameVerdict(ours.output, "signed", in: messages.folder) }
      try messages.folder.write("input", ours.output)
      let verdict = try Self.program.ours(["--keys", "zone"], in: messages.folder, input: "input")
      #expect(verdict == SideBySide.Run(status: 0, output: "", errors: ""))
    }
  }

  @Test
  func `differences: Ed25519 keys sign, and a broken signature does not hide a good one`() throws {
    let messages = try MessageFolder()
    let signed = try Self.program.ours(
      ["-d", "example.com", "-s", "ed", "-k", "ed.private"], in: messages.folder, input: "m")
    #expect(signed.status == 0 && signed.output.hasPrefix("DKIM-Signature: v=1; a=ed25519-sha256;"))
    try expectSameVerdict(signed.output, "Ed25519", in: messages.folder)
    try messages.folder.write("input", "DKIM-Signature: v=1; junk\n" + (try messages.signed("a")))
    #expect(try Self.program.ours(["--keys", "zone"], in: messages.folder, input: "input").status == 0)
  }
}
