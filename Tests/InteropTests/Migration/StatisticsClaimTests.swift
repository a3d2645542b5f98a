import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

/// The statistics files of both programs for the same messages.
@Suite("Statistics of both programs", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct StatisticsClaimTests {
  /// Messages whose results are recorded alike. Differences are in the document.
  private static func messages() throws -> [PeerMessage] {
    let selectors = ["good", "testing", "revoked", "version", "type", "hash", "service", "strict", "missing"]
    var messages = try selectors.map { try MigrationMail.signed($0) }
    let good = try MigrationMail.signed()
    messages += [
      MigrationMail.plain(), MigrationMail.plain(from: "Alice@Sub.Example.COM"), good.withBody("Another text.\r\n"),
      good.withSignature("v=1;", "v=2;"), good.withSignature("a=rsa-sha256;", "a=rsa-sha512;"),
      good.adding("X-Seal", "yes"), try MigrationMail.signed { $0.bodyLength = .exactly(5) },
      try MigrationMail.signed { $0.canonicalization = .simple },
    ]
    var changed = good
    changed.fields[3].value = Array(" Another subject".utf8)
    messages.append(changed)
    return messages
  }

  @Test
  func `both programs write the same records`() async throws {
    let folder = try TemporaryFolder()
    let sent = try Self.messages().map { MigrationMessage(message: $0, client: MailSession.outside) }
    func records(_ program: String, _ name: String, _ more: [String] = []) async throws -> [String] {
      var settings = BothMilters.Settings(
        "Mode v", "MustBeSigned X-Seal", "Statistics \(folder.file(name))", "StatisticsName mx.example")
      settings.lines += more
      settings.records = MigrationMail.records
      _ = try await BothMilters.deliver(sent, settings, to: program)
      let text = String(decoding: try TestFiles.read(folder.file(name)), as: UTF8.self)
      return text.split(separator: "\n").map { line in
        var fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        if line.hasPrefix("M"), fields.count == 9 {
          // OpenDKIM leaves the author's domain in the letter case of the message.
          fields[2] = Substring(fields[2].lowercased())
          fields[4] = "TIME"
        }
        return fields.joined(separator: "\t")
      }
    }
    let theirs = try await records(BothMilters.original, "theirs")
    let ours = try await records(MilterRun.program, "ours", ["OpenDKIMCompatibility ignore-minimum"])
    #expect(theirs.count { $0.hasPrefix("M") } == sent.count)
    #expect(theirs.first == "V3")
    #expect(ours == theirs)
  }
}
