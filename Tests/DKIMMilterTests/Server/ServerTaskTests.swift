import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: tasks that end by themselves", .timeLimit(.minutes(5)))
struct ServerTaskTests {
  private static let message = "From: a@example.com\nTo: b@example.net\nSubject: x\n\nHello\n"

  @Test
  func `-V and --help succeed, -? and -y do not`() async throws {
    let folder = try MilterFolder()
    let version = try await MilterRun(["-V"], in: folder)
    #expect(version.status == 0 && version.output.contains("rsa-sha256") && version.output.contains("ed25519-sha256"))
    #expect(version.output.contains("Optional parts: "))
    let help = try await MilterRun(["--help"], in: folder)
    #expect(help.status == 0 && help.output.contains("EXAMPLES"))
    for word in ["-?", "-y", "operand"] {
      let run = try await MilterRun([word], in: folder)
      #expect(run.status == 64 && run.errors.contains("usage: dkim-milter"))
    }
    let setting = try await MilterRun(["--help-config", "KeyTable"], in: folder)
    #expect(setting.status == 0 && setting.output.contains("KeyTable"))
  }

  @Test
  func `-n prints nothing if all is well, and reports errors with file and line`() async throws {
    let folder = try MilterFolder()
    let bad = try folder.configure(["Domain example.com", "Nonsense 1"])
    let run = try await MilterRun(["-n", "-x", bad], in: folder)
    #expect(run.status == 78)
    #expect(run.errors.contains("milter.conf:2: error: unrecognized parameter"))
  }

  @Test
  func `rows of TestPublicKeys with impossible names are warnings, and stop neither -n nor the filter`() async throws {
    let folder = try MilterFolder()
    let rows = "a..b v=DKIM1\n6GCVVNB3JUNQJQPXXWLDNXMXCTDQXSUS====._atps.example.net v=ATPS1\n"
    try folder.write(folder.read("records") + rows, to: "records")
    let configuration = try folder.configure(folder.signing + ["Socket local:\(folder.file("socket"))"])
    let check = try await MilterRun(["-n", "-x", configuration], in: folder)
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.errors.contains("/records:2: warning: row skipped: found \"a..b\", which has"), "\(check.errors)")
    #expect(!check.errors.contains("_atps"))
    try folder.write(Self.message, to: "message")
    let run = try await MilterRun(["-x", configuration, "-t", folder.file("message")], in: folder)
    #expect(run.status == 0 && run.output.contains("message: message not signed\n"), "\(run.output)\(run.errors)")
  }

  @Test
  func `-e prints a setting of the file`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(["UMask 007", "LogWhy yes"])
    let mask = try await MilterRun(["-x", configuration, "-e", "UMask"], in: folder)
    #expect(mask.status == 0 && mask.output == "7\n")
    let why = try await MilterRun(["-x", configuration, "-elogwhy"], in: folder)
    #expect(why.status == 0 && why.output == "True\n")
    #expect(try await MilterRun(["-x", configuration, "-e", "Nonsense"], in: folder).status == 65)
    #expect(try await MilterRun(["-x", configuration, "-e", "Selector"], in: folder).status == 78)
  }

  @Test
  func `-t signs with -bs, and the signed message verifies unless it is changed`() async throws {
    let folder = try MilterFolder()
    let configuration = try folder.configure(folder.signing)
    try folder.write(Self.message, to: "message")
    let unsigned = try await MilterRun(["-x", configuration, "-t", folder.file("message")], in: folder)
    #expect(unsigned.status == 0)
    #expect(unsigned.output.hasSuffix("message: message not signed\n"))

    let signing = try await MilterRun(
      ["-x", configuration, "-bs", "-F", "1700000000", "-vvt", folder.file("message")], in: folder)
    #expect(signing.status == 0)
    #expect(signing.errors.contains("mlfi_eom() returned SMFIS_ACCEPT"))
    let value = try #require(signing.output.split(separator: "hvalue='").last)
    let field = "DKIM-Signature: " + value.split(separator: "'")[0] + "\n"
    #expect(field.contains("t=1700000000"))

    let good = try await MilterRun(["-x", configuration, "-vv", "-t", "-"], in: folder, input: field + Self.message)
    #expect(good.status == 0)
    #expect(good.output.contains("dkim-milter: (stdin): verification (s=s, d=example.com, 1024-bit key) succeeded\n"))
    #expect(good.output.contains("hname='Authentication-Results'") && good.output.contains("dkim=pass"))
    let bad = try await MilterRun(["-x", configuration, "-t-"], in: folder, input: field + Self.message + "more\n")
    #expect(bad.status == 1)
    #expect(bad.output.contains("(stdin): verification (s=s d=example.com, 1024-bit key, unknown) failed: "))
    #expect(try await MilterRun(["-x", configuration, "-t", "/nonexistent"], in: folder).status == 69)
    let strict = try folder.configure(folder.signing + ["StrictTestMode yes"])
    #expect(try await MilterRun(["-x", strict, "-t", folder.file("message")], in: folder).status == 65)
  }
}
