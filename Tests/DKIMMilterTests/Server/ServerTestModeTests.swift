import Glibc
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: -t compared with opendkim", .timeLimit(.minutes(5)))
struct ServerTestModeTests {
  private static let program = "/usr/sbin/opendkim"

  private static let message = """
    From: Joe <joe@example.com>
    To: bob@example.net
    Subject: hi
    Date: Mon, 30 Nov 2026 03:00:00 +0000
    X-Foo: bar
     folded

    Hello
    world

    """

  private struct Run: Equatable {
    let status: Int
    let output: String
    let errors: String
  }

  /// The output of both programs with the same arguments, without their names. The original ends the lines of a
  /// signature with CRLF.
  private func both(
    _ line: String, in folder: MilterFolder, input: String = ""
  ) async throws -> (ours: Run, theirs: Run) {
    let words = line.split(separator: " ").map(String.init)
    let ours = try await MilterRun(words, in: folder, input: input)
    let script = "cd \"$0\"; exec \"$@\" < input > theirs 2> errors"
    let process = try ChildProcess(["/bin/sh", "-c", script, folder.path, Self.program] + words)
    let status = try await process.end(within: .seconds(30))
    let (output, errors) = (folder.read("theirs"), folder.read("errors"))
    return (
      Run(
        status: ours.status, output: ours.output.replacing("dkim-milter: ", with: "opendkim: "),
        errors: ours.errors.replacing("dkim-milter: ", with: "opendkim: ")),
      Run(status: status, output: output.replacing("\r\n", with: "\n"), errors: errors)
    )
  }

  /// A directory with a message, the signed message, and the signed message with a change.
  /// - Parameter signs: the configuration has a key; the original accepts mail to sign untouched if `-b` is missing.
  private func scene(
    _ settings: [String] = [], signs: Bool = false
  ) async throws -> (folder: MilterFolder, options: String) {
    let folder = try MilterFolder()
    let verifying = folder.signing.filter { line in !["Domain", "Selector", "KeyFile"].contains { line.hasPrefix($0) } }
    let configuration = try folder.configure((signs ? folder.signing : verifying) + settings)
    try folder.write(Self.message, to: "m")
    let plain = try folder.configure(folder.signing, name: "plain.conf")
    let run = try await MilterRun(["-x", plain, "-bs", "-F", "1700000000", "-t", folder.file("m")], in: folder)
    let start = try #require(run.output.firstRange(of: "DKIM-Signature:")).lowerBound
    let signed = String(run.output[start...]) + Self.message
    try folder.write(signed, to: "signed")
    try folder.write(signed.replacing("Hello", with: "Hallo"), to: "changed")
    try folder.write(signed.replacing("Date: Mon, 30 Nov 2026 03:00:00 +0000\n", with: ""), to: "undated")
    try folder.write(Self.message.replacing("example.com", with: "example.org"), to: "other")
    return (folder, "-x \(configuration) -F 1700000000")
  }

  private static let hasOriginal = access(program, X_OK) == 0

  @Test(.enabled(if: hasOriginal, "opendkim is not installed"))
  func `-bs prints the file name and the signature`() async throws {
    let (folder, options) = try await scene(signs: true)
    let (ours, theirs) = try await both("\(options) -bs -t \(folder.file("m"))", in: folder)
    #expect(ours == theirs)
    #expect(ours.output.hasPrefix("opendkim: \(folder.file("m")):\nDKIM-Signature: v=1; a=rsa-sha256;"))
    #expect(ours.output.hasSuffix("=\n"))
    let loud = try await both("\(options) -bs -v -t \(folder.file("m")),\(folder.file("m"))", in: folder)
    #expect(loud.ours == loud.theirs)
  }

  @Test(
    .enabled(if: hasOriginal, "opendkim is not installed"),
    arguments: ["-bs -vv -t m", "-bs -vv -t -"])
  func `-vv prints every step and change`(line: String) async throws {
    let (folder, options) = try await scene(signs: true)
    let input = line.hasSuffix("m") ? String(line.dropLast()) + folder.file("m") : line
    let (ours, theirs) = try await both("\(options) \(input)", in: folder, input: Self.message)
    #expect(ours == theirs)
    #expect(ours.output.contains("### INSHEADER: idx=0 hname='DKIM-Signature' hvalue='v=1;"))
    #expect(ours.errors.contains(line.hasSuffix("m") ? "/m: line 5: mlfi_header() " : "opendkim: (stdin): mlfi_eoh() "))
  }

  @Test(
    .enabled(if: hasOriginal, "opendkim is not installed"),
    arguments: ["signed", "changed"])
  func `the steps of a verification, and its result`(name: String) async throws {
    for action in ["accept", "reject", "tempfail", "discard"] {
      let (folder, options) = try await scene(["On-BadSignature \(action)"])
      let (ours, theirs) = try await both("\(options) -vv -t \(folder.file(name))", in: folder)
      #expect(ours.errors == theirs.errors)
      // The result words of Authentication-Results differ, and the reason has more details.
      func comparable(_ output: String) -> [Substring] {
        output.split(separator: "\n").filter { !$0.hasPrefix("\t") }.map { line in
          line.firstRange(of: "failed: signature verification failed").map { line[..<$0.upperBound] } ?? line
        }
      }
      #expect(comparable(ours.output) == comparable(theirs.output))
      #expect(ours.output.contains("hvalue='DEBUG-j;"))
      #expect(ours.status == (name == "signed" ? 0 : 1) && theirs.status == 0)
    }
  }

  @Test(
    .enabled(if: hasOriginal, "opendkim is not installed"),
    arguments: [("-r", "undated", "REJECT"), ("-bs -r", "undated", "REJECT"), ("-bs", "other", "ACCEPT")])
  func `a message that is decided before its body ends the program with status 70`(
    options: String, name: String, word: String
  ) async throws {
    let (folder, general) = try await scene(signs: options.hasPrefix("-bs"))
    for verbosity in ["", "-v ", "-vv "] {
      let line = "\(general) \(options) \(verbosity)-t \(folder.file(name)),\(folder.file("m"))"
      let (ours, theirs) = try await both(line, in: folder)
      #expect(ours.status == 70 && theirs.status == 70)
      // The texts of the reasons differ.
      func comparable(_ output: String) -> Substring {
        output[..<(output.firstRange(of: " replytxt='message ")?.upperBound ?? output.endIndex)]
      }
      #expect(comparable(ours.output) == comparable(theirs.output))
      guard verbosity == "-vv " else {
        #expect(ours.errors.hasPrefix(theirs.errors) && ours.errors.contains("at the end of the header"))
        continue
      }
      // The connection is closed in any case.
      #expect(ours.errors == theirs.errors + "opendkim: mlfi_close() returned SMFIS_CONTINUE\n")
      #expect(ours.errors.contains("mlfi_eoh() returned SMFIS_\(word)\n"))
    }
  }

  @Test(.enabled(if: hasOriginal, "opendkim is not installed"))
  func `input that is not a message, and clients and domains that are exempt`() async throws {
    let (folder, options) = try await scene()
    for text in [" x\nFrom: a@example.com\n\nbody\n", "From x@y Mon\nFrom: a@example.com\n\nbody\n"] {
      try folder.write(text, to: "input2")
      let (ours, theirs) = try await both("\(options) -t \(folder.file("input2"))", in: folder)
      #expect(ours.status == 65 && theirs.status == 65)
      #expect(ours.errors.contains("input2: line 1: header malformed"))
    }
    let empty = try await both("\(options) -t /dev/null", in: folder)
    #expect(empty.ours.output == empty.theirs.output && empty.ours.status == 0)
    #expect(empty.ours.errors.hasPrefix(empty.theirs.errors))
    let (strict, strictOptions) = try await scene(["StrictTestMode yes"])
    let (ours, theirs) = try await both("\(strictOptions) -t \(strict.file("m"))", in: strict)
    #expect(ours.status == 65 && theirs.status == 65)
    #expect(ours.errors.hasPrefix(String(theirs.errors.dropLast())))
    for setting in ["PeerList 127.0.0.1", "ExemptDomains example.com"] {
      let (folder, options) = try await scene([setting])
      let run = try await MilterRun(
        options.split(separator: " ").map(String.init) + ["-v", "-t", folder.file("changed")], in: folder)
      #expect(run.status == 1 && run.output.contains("failed: signature verification failed"))
    }
  }

  @Test
  func `clients that InternalHosts does not name have authenticated, if -b asks for signatures`() async throws {
    let (folder, options) = try await scene(["InternalHosts 192.0.2.1"], signs: true)
    let run = try await MilterRun(
      options.split(separator: " ").map(String.init) + ["-bs", "-t", folder.file("m")], in: folder)
    #expect(run.status == 0 && run.output.contains("DKIM-Signature: v=1;"))
  }

  /// The last line and Authentication-Results are about the same settings.
  @Test(arguments: [
    (["Minimum 50%"], "dkim=policy", "octets of the body are unsigned (Minimum)", 1),
    (["Minimum 5"], "dkim=pass", "succeeded", 0),
    (["Minimum 5", "MustBeSigned X-Foo"], "dkim=policy", "unprotected header field: X-Foo (MustBeSigned)", 1),
    (["Minimum 5", "UnprotectedKey fail"], "dkim=policy", "(UnprotectedKey)", 1),
    (["Minimum 50%", "OpenDKIMCompatibility ignore-minimum"], "dkim=pass", "succeeded", 0),
  ])
  func `the result line and Authentication-Results agree`(settings: [String], word: String, line: String, status: Int)
    async throws
  {
    let folder = try MilterFolder()
    try folder.write(Self.message, to: "m")
    let signing = try folder.configure(folder.signing + ["MaximumSignedBytes 5"])
    let signed = try await MilterRun(["-x", signing, "-bs", "-t", folder.file("m")], in: folder)
    let start = try #require(signed.output.firstRange(of: "DKIM-Signature:")).lowerBound
    try folder.write(String(signed.output[start...]) + Self.message, to: "part")
    let configuration = try folder.configure(folder.signing + settings)
    let run = try await MilterRun(["-x", configuration, "-vv", "-t", folder.file("part")], in: folder)
    #expect(run.status == status)
    #expect(run.output.contains(word))
    let last = try #require(run.output.split(separator: "\n").last)
    #expect(last.contains(": verification (s=s") && last.hasSuffix(line), "\(last)")
  }

  @Test
  func `-vvv also prints the log lines of the message`() async throws {
    let (folder, options) = try await scene(signs: true)
    let words = options.split(separator: " ").map(String.init)
    let run = try await MilterRun(words + ["-bs", "-vvv", "-t", folder.file("m")], in: folder)
    #expect(run.errors.contains("DEBUG-i: DKIM-Signature field added (s=s, d=example.com)\n"))
    let quiet = try await MilterRun(words + ["-bs", "-vv", "-t", folder.file("m")], in: folder)
    #expect(!quiet.errors.contains("DKIM-Signature field added"))
  }
}
