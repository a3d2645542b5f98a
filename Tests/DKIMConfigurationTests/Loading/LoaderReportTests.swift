import DKIMCore
import Testing

@testable import DKIMConfiguration

/// The settings for failure reports, diagnostic files and redirection.
@Suite struct LoaderReportTests {
  private func load(_ text: String) async -> (Configuration?, [String]) {
    let (settings, problems) = Settings.parse(text, file: "c")
    let (configuration, more) = await ConfigurationLoader().load(settings)
    return (configuration, lines(problems + more))
  }

  private func check(_ text: String) async -> [String] {
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    return lines(await check.problems(Settings.parse("Socket inet:8891@127.0.0.1\n" + text, file: "c").0))
  }

  @Test func `nothing is reported or written by default`() async throws {
    let (found, problems) = await load("Mode v\n")
    let reports = try #require(found).reports
    #expect(problems == [] && reports == ReportRules())
    #expect(!reports.isEnabled && !reports.keepsTemporaryFiles && reports.diagnosticDirectory == nil)
    #expect(reports.command == "/usr/sbin/sendmail" && reports.temporaryDirectory == "/tmp")
    #expect(found?.actions.redirectFailuresTo == nil)
  }

  @Test func `the settings for reports`() async throws {
    let (found, problems) = await load(
      "SendReports yes\nReportAddress \"DKIM Reports\" <dkim@Example.com>\nReportBccAddress a@b.example, c@d.example\n"
        + "MTACommand /usr/lib/sendmail -oi\n")
    let reports = try #require(found).reports
    #expect(problems == [])
    #expect(reports.from == "\"DKIM Reports\" <dkim@Example.com>" && reports.envelopeSender == "dkim@Example.com")
    #expect(reports.bcc == "a@b.example, c@d.example")
    #expect(reports.commandWords == ["/usr/lib/sendmail", "-oi"])
  }

  @Test func `the default sender is the user of the filter`() async throws {
    let reports = try #require(await load("SendReports yes\nUserID opendkim:mail\n").0).reports
    #expect(reports.from.hasPrefix("opendkim@") && reports.envelopeSender == reports.from)
  }

  @Test func `directories are relative to BaseDirectory`() async throws {
    let (found, _) = await load(
      "BaseDirectory /\nDiagnosticDirectory d\nKeepTemporaryFiles yes\nTemporaryDirectory t\n")
    let reports = try #require(found).reports
    #expect(reports.diagnosticDirectory == "/d" && reports.temporaryDirectory == "/t" && reports.keepsTemporaryFiles)
  }

  @Test(arguments: [
    ("ReportAddress nobody", "ReportAddress \"nobody\""), ("ReportBccAddress a@b.example,,", "ReportBccAddress \"\""),
    ("MTACommand sendmail", "expected the absolute path of a program"),
    ("RedirectFailuresTo nobody", "RedirectFailuresTo \"nobody\""),
  ])
  func `an invalid value is an error`(line: String, expected: String) async {
    let (found, problems) = await load("SendReports yes\n\(line)\n")
    #expect(found == nil)
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `an address may have angle brackets`() async throws {
    let address = try MailAddress("abuse@example.org")
    for text in ["abuse@example.org", "<abuse@example.org>"] {
      #expect(await load("RedirectFailuresTo \(text)\n").0?.actions.redirectFailuresTo == address)
    }
  }

  @Test(arguments: [
    ("SendReports yes\nMTACommand /nonexistent", "c:3: warning: MTACommand /nonexistent: No such file or directory"),
    ("SendReports yes\nMTACommand /tmp", "c:3: warning: MTACommand /tmp: is not a program"),
    ("DiagnosticDirectory /nonexistent", "c:2: warning: DiagnosticDirectory /nonexistent: No such file or directory"),
    ("DiagnosticDirectory /etc/passwd", "c:2: warning: DiagnosticDirectory /etc/passwd: is not a directory"),
    ("MTACommand /bin/sh", "c:2: note: MTACommand has no effect without SendReports"),
    ("TemporaryDirectory /tmp", "c:2: note: TemporaryDirectory has no effect without KeepTemporaryFiles"),
  ])
  func `the check finds what keeps reports from being sent`(text: String, expected: String) async {
    let problems = await check(text + "\n")
    #expect(problems.contains { $0.hasPrefix(expected) }, "\(problems)")
  }
}
