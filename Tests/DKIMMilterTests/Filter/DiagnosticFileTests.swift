import DKIMConfiguration
import DKIMCore
import Testing

@testable import DKIMMilter

/// `DiagnosticDirectory` and `KeepTemporaryFiles`: the names and contents of the files.
@Suite struct DiagnosticFileTests {
  private func files(
    _ scene: ReportScene, body: String = "Changed\r\n", _ change: (inout Configuration) -> Void
  ) async -> [DiagnosticFile] {
    var scene = scene
    change(&scene.scene.configuration)
    scene.mail.body = body
    return await scene.scene.run(scene.mail).files
  }

  /// The format is that of OpenDKIM.
  @Test func `the original and the received header of a bad signature`() async throws {
    let scene = try ReportScene { $0.copiesHeaders = true }
    let found = await files(scene) { $0.reports.diagnosticDirectory = "/d" }
    let file = try #require(found.first)
    #expect(found.count == 1 && file.directory == .diagnostics("/d") && file.name == "4ABCDEF")
    let text = String(decoding: file.contents, as: UTF8.self)
    #expect(text.hasPrefix("z tag headers:\n\nFrom: Alice <alice@example.com>\n"))
    let parts = text.split(separator: "--------------------\n\nReceived headers:\n\n", maxSplits: 1)
    #expect(parts.count == 2)
    #expect(parts.last?.hasPrefix("DKIM-Signature:") == true)
    #expect(parts.last?.hasSuffix("\nDate: Sat, 21 Nov 2026 12:00:00 +0000\n") == true)
  }

  @Test func `no file for good signatures and for signatures without z`() async throws {
    let scene = try ReportScene { $0.copiesHeaders = true }
    #expect(await files(scene, body: scene.mail.body) { $0.reports.diagnosticDirectory = "/d" }.isEmpty)
    #expect(await files(scene) { _ in }.isEmpty)
    #expect(await files(try ReportScene()) { $0.reports.diagnosticDirectory = "/d" }.isEmpty)
  }

  @Test func `the hashed data of each signature`() async throws {
    let scene = try ReportScene { $0.canonicalization = .simple }
    let found = await files(scene, body: scene.mail.body) { $0.reports.keepsTemporaryFiles = true }
    #expect(found.map(\.name) == ["dkim.4ABCDEF.1.header", "dkim.4ABCDEF.1.body"])
    #expect(found.allSatisfy { $0.directory == .temporary("/tmp") })
    #expect(found.last?.contents == Array("Hello\r\n".utf8))
    let text = String(decoding: found.first?.contents ?? [], as: UTF8.self)
    #expect(text.contains("From: Alice <alice@example.com>\r\n"))
  }

  @Test func `large data does not become a header field as well`() async throws {
    let body = String(repeating: "0123456789", count: 5000) + "\r\n"
    var scene = try ReportScene()
    scene.scene.configuration.reports.keepsTemporaryFiles = true
    scene.scene.configuration.results.addCanonicalizedData = true
    scene.mail.body = body
    let verdict = await scene.scene.run(scene.mail)
    #expect(verdict.files.last?.contents.count == body.utf8.count)
    #expect(verdict.inserted.filter { $0.hasPrefix("X-DKIM-Canonicalized-") }.count == 1)
    scene.scene.configuration.results.addCanonicalizedData = false
    #expect(await scene.scene.run(scene.mail).inserted.contains { $0.hasPrefix("X-DKIM-Canonicalized-") } == false)
  }

  @Test(arguments: [("../../etc/passwd", "_._.._etc_passwd"), ("a/b", "a_b"), ("..", "_.")])
  func `a queue ID cannot lead out of the directory`(job: String, name: String) async throws {
    var scene = try ReportScene { $0.copiesHeaders = true }
    scene.scene.macros["i"] = job
    let found = await files(scene) { $0.reports.diagnosticDirectory = "/d" }
    #expect(found.first?.name == name)
  }
}
