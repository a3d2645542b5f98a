import DKIMConfiguration
import DKIMCore
import Testing

@testable import DKIMMilter

/// `SendReports`: which failures are reported, and the text of the reports. // RFC 5965, RFC 6591, RFC 6651
@Suite struct FailureReportTests {
  /// 2026-11-21 12:00:00 UTC.
  private static let now = Timestamp(1_795_262_400)

  private func lines(_ incident: FailureIncident?) throws -> [String] {
    let message = FailureReport.message(try #require(incident), to: "dkim@example.com", at: Self.now)
    return String(decoding: message, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
  }

  // MARK: Incidents

  @Test func `only failures with r=y are reported, and only with the setting`() async throws {
    let request = try ReportScene()
    #expect(await request.incident()?.query.name == "_report._domainkey.example.com")
    #expect(await request.scene.run(request.mail).incidents.isEmpty)
    let silent = try ReportScene { $0.requestsReports = false }
    #expect(await silent.incident() == nil)
    var off = request
    off.scene.configuration.reports.isEnabled = false
    #expect(await off.incident() == nil)
  }

  @Test func `the explanation shows what decides about a report`() async throws {
    var scene = try ReportScene()
    scene.mail.body = "Changed\r\n"
    let verdict = await scene.scene.run(scene.mail)
    #expect(
      verdict.explanation.description.contains(
        ". example.com asks for reports (r=y); _report._domainkey.example.com decides about a report (SendReports)"))
  }

  @Test(arguments: [
    ("Auto-Submitted: auto-generated", true), ("Auto-Submitted: notify", true), ("Auto-Submitted: No", false),
    ("Auto-Submitted: no (sent by a person)", false), ("Auto-Submitted: no; x=y", false),
    ("Auto-Submitted: !no", true),
    ("Content-Type: multipart/report; report-type=feedback-report", true), ("Content-Type: text/plain", false),
  ])
  func `no report about a report`(field: String, isAutomatic: Bool) async throws {
    let scene = try ReportScene(FilterScene.Mail("\(field)\nFrom: a@example.com\n\nHello\n"))
    #expect((await scene.incident() == nil) == isAutomatic)
  }

  @Test func `no report about a message without envelope sender, such as a bounce`() async throws {
    var scene = try ReportScene()
    scene.mail.sender = "<>"
    #expect(await scene.incident() == nil)
  }

  @Test func `one report for each domain, and at most three for a message`() async throws {
    var scene = try ReportScene()
    var requests: [SigningRequest] = []
    for domain in ["example.com", "a.example", "b.example", "c.example"] {
      var request = try FilterScene.request(domain, "more")
      request.requestsReports = true
      try scene.scene.publish(request)
      requests.append(request)
    }
    scene.scene.configuration.verification.policy.maximumSignatures = 10
    scene.mail = try scene.mail.signed(requests)
    scene.mail.body = "Changed\r\n"
    let domains = await scene.scene.run(scene.mail).incidents.map(\.query.domain.text)
    #expect(domains.count == 3 && Set(domains).count == 3)
  }

  // MARK: The record

  @Test func `the record decides about a report`() async throws {
    let incident = try #require(await (try ReportScene()).incident())
    func action(_ record: String, draw: Int = 0) -> FailureIncident.ReportAction {
      incident.action(for: ReportScene.answer(record), draw: draw)
    }
    let sent = FailureIncident.ReportAction.send(to: "dkim@example.com")
    #expect(action("ra=dkim") == sent)
    #expect(action("ra=dkim; rr=v") == sent)
    #expect(action("ra=dkim; rr=x:s") == .skip("example.com wants no reports about this kind of failure"))
    #expect(action("ra=dkim; rp=30", draw: 29) == sent)
    #expect(action("ra=dkim; rp=30", draw: 30) == .skip("example.com wants 30% of the reports"))
    #expect(action("ra=dkim; rp=0") == .skip("example.com wants 0% of the reports"))
    #expect(action("rp=100") == .skip("the record of _report._domainkey.example.com has no usable address"))
    #expect(action("!") == .skip("the record of _report._domainkey.example.com is invalid"))
    #expect(
      incident.action(for: ReportScene.answer("ra=a", "ra=b"), draw: 0)
        == .skip("_report._domainkey.example.com has more than one record"))
    #expect(
      incident.action(for: .noSuchName(secure: false), draw: 0)
        == .skip("_report._domainkey.example.com has no record"))
  }

  @Test func `failures belong to the conditions of RFC 6651`() async throws {
    let scene = try ReportScene()
    #expect(await scene.incident()?.condition == .verification)
    #expect(await scene.headerIncident()?.condition == .verification)
    var missing = scene
    missing.scene.answers = [:]
    #expect(await missing.incident()?.condition == .nameService)
    var strict = scene
    strict.scene.configuration.verification.mustBeSigned = [HeaderFieldName("X-Spam")]
    strict.mail.fields.append(("X-Spam", " no"))
    #expect(await strict.incident(body: strict.mail.body)?.condition == .policy)
    let old = try ReportScene(at: Timestamp(FilterScene.time.seconds - 1000), lifetime: .seconds(10))
    #expect(await old.incident(body: old.mail.body)?.condition == .expired)
    var revoked = scene
    revoked.scene.answers["sel._domainkey.example.com"] = ReportScene.answer("v=DKIM1; k=ed25519; p=")
    let incident = await revoked.incident()
    #expect(incident?.condition == .other && incident?.kind == .revoked)
  }

  // MARK: The limit

  @Test func `reports are limited for each domain and in total`() {
    var limit = ReportLimit()
    func allows(_ domain: String, at second: Int64) -> Bool { limit.allows(domain, at: second) }
    for _ in 0..<ReportLimit.perDomain { #expect(allows("a.example", at: 5)) }
    #expect(!allows("a.example", at: 3604))
    #expect(allows("a.example", at: 3605))
    #expect(ReportLimit.perDomain == 10 && ReportLimit.total == 100, "as the documents say")
    for number in 1..<ReportLimit.total { #expect(allows("\(number).example", at: 3605)) }
    #expect(!allows("new.example", at: 3606))
    #expect(allows("new.example", at: 7205))
  }

  // MARK: The text

  @Test func `a report has the format of the RFCs`() async throws {
    var scene = try ReportScene { $0.canonicalization = .simple }
    scene.scene.configuration.reports.bcc = "archive@example.org"
    let lines = try lines(await scene.incident())
    #expect(
      lines.prefix(11) == [
        "From: Postmaster <postmaster@mx.example.org>", "To: dkim@example.com", "Bcc: archive@example.org",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000", "Subject: DKIM failure report for 4ABCDEF",
        "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report;",
        "\tboundary=\"dkimreport/mx.example.org/4ABCDEF\"", "", "--dkimreport/mx.example.org/4ABCDEF",
      ])
    for field in [
      "Feedback-Type: auth-failure", "User-Agent: dkim-milter/\(Product.version)", "Version: 1",
      "Original-Envelope-Id: 4ABCDEF", "Original-Mail-From: <alice@example.com>",
      "Arrival-Date: Thu, 28 May 2026 20:26:40 +0000", "Reporting-MTA: dns; mx.example.org",
      "Source-IP: 198.51.100.66", "Authentication-Results: mx.example.org;",
      "Auth-Failure: bodyhash (signature verification failed: the body was changed)", "Delivery-Result: other",
      "Reported-Domain: example.com", "DKIM-Domain: example.com", "DKIM-Identity: @example.com",
      // The base64 text of "Changed" and CRLF.
      "DKIM-Selector: sel", "DKIM-Canonicalized-Body: Q2hhbmdlZA0K", "Subject: Hi",
    ] { #expect(lines.contains(field), "\(field)") }
    #expect(lines.filter { $0 == "--dkimreport/mx.example.org/4ABCDEF" }.count == 3)
    #expect(lines.suffix(2) == ["--dkimreport/mx.example.org/4ABCDEF--", ""])
  }

  @Test func `a changed header is a failure of the signature`() async throws {
    let lines = try lines(await (try ReportScene()).headerIncident())
    #expect(lines.contains("Auth-Failure: signature (signature verification failed: the header was changed)"))
    #expect(lines.contains("Subject: Changed"))
  }

  @Test func `hashed data of messages that are too large is left out`() async throws {
    let lines = try lines(
      await (try ReportScene()).incident(body: String(repeating: "0123456789", count: 5000) + "\r\n"))
    #expect(lines.contains { $0.hasPrefix("DKIM-Canonicalized-Header: ") })
    #expect(!lines.contains { $0.hasPrefix("DKIM-Canonicalized-Body: ") })
  }

  @Test func `the header of the message cannot end its part`() async throws {
    var scene = try ReportScene()
    scene.mail.fields.append(("X-A", " x\n --dkimreport/mx.example.org/4ABCDEF--"))
    scene.mail.sender = "<a\nBcc: evil@example.net>"
    let lines = try lines(await scene.incident())
    #expect(!lines.contains { $0.hasPrefix("X-A") || $0.hasPrefix("Bcc:") })
    #expect(lines.filter { $0.contains("4ABCDEF--") }.count == 1)
  }

  /// The lines are those that Debian's OpenDKIM writes for such a message, except for User-Agent and Auto-Submitted.
  @Test func `report-format has the format of OpenDKIM`() async throws {
    var scene = try ReportScene()
    scene.scene.configuration.openDKIMCompatibility = [.reportFormat]
    scene.scene.configuration.reports.from = "root@vm"
    let lines = try lines(await scene.headerIncident())
    #expect(
      lines.prefix(33) == [
        "From: root@vm", "To: dkim@example.com", "Date: Sat, 21 Nov 2026 12:00:00 +0000 (UTC)",
        "Subject: DKIM failure report for 4ABCDEF", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report;",
        "\tboundary=\"dkimreport/mx.example.org/4ABCDEF\"", "--dkimreport/mx.example.org/4ABCDEF",
        "Content-Type: text/plain", "", "DKIM failure report for job 4ABCDEF on mx.example.org", "",
        "The canonicalized form of the failed message's header and body are", "attached.", "",
        "--dkimreport/mx.example.org/4ABCDEF", "Content-Type: message/feedback-report", "",
        "User-Agent: dkim-milter/\(Product.version)", "Version: 0.1", "Original-Envelope-Id: 4ABCDEF",
        "Original-Mail-From: alice@example.com", "Reporting-MTA: mx.example.org", "Source-IP: 198.51.100.66",
        "Message-ID:(none)", "Arrival-Date: Thu, 28 May 2026 20:26:40 +0000 (UTC)", "Reported-Domain: example.com",
        "Delivery-Result: other", "Feedback-Type: auth-failure",
        "Auth-Failure: signature (signature verification failed)", "DKIM-Failure: signature",
        "DKIM-Domain: example.com",
      ])
    #expect(lines[33...34] == ["DKIM-Selector: sel", "DKIM-Identity: @example.com"])
    // A first line has digits up to column 71, further ones up to column 72.
    let header = lines[35...].prefix { $0.hasPrefix("DKIM-Canonicalized-Header: ") || $0.hasPrefix("    ") }
    #expect(header.count > 2)
    #expect(header.first?.utf8.count == 71)
    #expect(header.dropFirst().dropLast().allSatisfy { $0.utf8.count == 72 })
    #expect(
      lines.suffix(4) == ["Date: Sat, 21 Nov 2026 12:00:00 +0000", "", "--dkimreport/mx.example.org/4ABCDEF--", ""])
    #expect(lines.contains("DKIM-Canonicalized-Body: SGVsbG8NCg=="))
  }

  @Test func `report-format reports only a signature that decides`() async throws {
    var scene = try ReportScene()
    scene.scene.configuration.openDKIMCompatibility = [.reportFormat]
    let good = try FilterScene.request("good.example", "good")
    try scene.scene.publish(good)
    var changed = scene.mail
    changed.body = "Changed\r\n"
    let mixed = try changed.signed([good])
    #expect(await scene.scene.run(mixed).incidents.isEmpty)
    scene.scene.configuration.openDKIMCompatibility = []
    #expect(await scene.scene.run(mixed).incidents.count == 1)
    scene.scene.configuration.openDKIMCompatibility = [.reportFormat]
    scene.scene.answers = [:]
    #expect(await scene.scene.run(changed).incidents.isEmpty)
  }
}
