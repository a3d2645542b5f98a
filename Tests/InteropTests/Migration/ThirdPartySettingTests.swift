import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

/// ATPS, VBR and other settings that change what is added to a message.
@Suite("Settings for third parties in both programs", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct ThirdPartySettingTests {
  private static let tables = [
    "KeyTable csl:own=example.com:good:FOLDER/ours.private,other=example.net:good:FOLDER/ours.private"
  ]
  private static let own = tables + ["SigningTable csl:example.com=own"]
  private static let other = tables + ["SigningTable csl:example.com=other"]
  private static let certified = own + ["VBR-Type list", "VBR-Certifiers certifier.example"]

  @Test(arguments: [
    other + ["ATPSDomains csl:example.com"],
    other + ["ATPSDomains csl:example.com", "ATPSHashAlgorithm sha1"],
    other + ["ATPSDomains csl:example.com", "ATPSHashAlgorithm none"],
    other + ["ATPSDomains csl:example.org"],
    own + ["RequestReports yes"], own + ["DiagnosticDirectory FOLDER"],
  ])
  func `both programs add the same`(lines: [String]) async throws {
    let (theirs, ours) = try await run(MigrationMail.plain(), lines)
    #expect(ours == theirs)
  }

  /// VBR-Info, with the differences in the migration document: its place, and spaces.
  @Test(arguments: [("list", []), ("all", ["VBR-Type: transaction", "VBR-Certifiers: field.example"])])
  func `both programs add VBR-Info with the same content`(type: String, fields: [String]) async throws {
    let lines = Self.own + ["VBR-Type \(type)", "VBR-Certifiers certifier.example"]
    let (theirs, ours) = try await run(MigrationMail.plain(extra: fields), lines)
    func field(_ summary: [String]) -> [String] {
      summary.filter { $0.hasPrefix("VBR-Info:") }.map { $0.filter { !" ;".contains($0) } }
    }
    #expect(field(theirs).count == 1 && field(ours) == field(theirs), "\(theirs)\n\(ours)")
  }

  @Test func `both programs remove the fields of the message with VBR-PurgeFields`() async throws {
    let fields = ["VBR-Type: transaction", "VBR-Certifiers: field.example"]
    let (theirs, ours) = try await run(MigrationMail.plain(extra: fields), Self.certified + ["VBR-PurgeFields yes"])
    // OpenDKIM counts from 0, which MTAs treat as 1.
    let removed = ours.filter { $0.hasPrefix("change 1") }.map { $0.replacing("change 1", with: "change 0") }
    #expect(removed == theirs.filter { $0.hasPrefix("change") } && removed.count == 2, "\(theirs)\n\(ours)")
  }

  private func run(_ message: PeerMessage, _ lines: [String]) async throws -> (theirs: [String], ours: [String]) {
    var settings = BothMilters.Settings()
    settings.lines = lines
    settings.records = MigrationMail.records
    let sent = MigrationMessage(message: message, client: MailSession.inside)
    let both = try #require(try await BothMilters.deliver([sent], settings).first)
    return (both.theirs.summary, both.ours.summary)
  }
}
