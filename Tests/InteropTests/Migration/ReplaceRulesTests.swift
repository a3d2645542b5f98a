import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

@Suite("ReplaceRules in both programs", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct ReplaceRulesTests {
  @Test func `both programs sign the message that the rules make`() async throws {
    let folder = try TemporaryFolder()
    // The later rule is applied first, and the earlier one to its result.
    let rules = "@mid\\.example\\.com\t@example.com\n@host\\.example\\.com\t@mid.example.com# a comment\n"
    try TestFile.write(Array(rules.utf8), to: folder.file("rules"))
    let settings = BothMilters.Settings(
      "Domain example.com", "Selector good", "KeyFile FOLDER/ours.private", "ReplaceRules \(folder.file("rules"))")
    let sent = MigrationMail.plain(from: "alice@host.example.com")
    let both = try await BothMilters.deliver(
      [MigrationMessage(message: sent, client: MailSession.inside)], settings)
    let outcomes = try #require(both.first)
    for answer in [outcomes.theirs, outcomes.ours] {
      let field = try #require(answer.outcome.inserted("DKIM-Signature").first)
      let replaced = try await result(field, on: MigrationMail.plain(from: "alice@example.com"))
      #expect(replaced == "signature verified")
      let unchanged = try await result(field, on: sent)
      #expect(unchanged == "signature did not verify")
    }
  }

  /// Returns the result for a signature that is added to a message.
  private func result(_ field: String, on message: PeerMessage) async throws -> String? {
    var message = message
    let value = Array((" " + field.drop { $0 == " " }).utf8)
    message.fields.insert(.init(name: Array("DKIM-Signature".utf8), value: value), at: 0)
    let keys = Keys(record: Array(Mail.record(Mail.ourKey).utf8))
    let report = await Verifier().verify(message.bytes, keys: keys, at: MigrationMail.now)
    return report.results.first?.reason
  }

  private struct Keys: PublicKeySource {
    let record: [UInt8]
    func answer(_ query: KeyQuery) async -> KeyAnswer { .records([record], secure: false) }
  }
}
