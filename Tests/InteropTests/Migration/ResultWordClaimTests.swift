import MilterPeer
import MilterTestSupport
import Testing

@testable import DKIMCore

/// The table of result words in Docs/MigratingFromOpenDKIM.md: a message for each fault, to both programs.
@Suite("Result words of the migration document", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct ResultWordClaimTests {
  /// Messages for the first cells of the table.
  private static let faults: [String: @Sendable () throws -> [PeerMessage]] = [
    "The key does not exist": { [try MigrationMail.signed("missing")] },
    "The key was revoked (`p=` is empty)": { [try MigrationMail.signed("revoked")] },
    "The key has another version": { [try MigrationMail.signed("version")] },
    "The key is of an unknown type": { [try MigrationMail.signed("type")] },
    "The key's `h=` does not allow the algorithm": { [try MigrationMail.signed("hash")] },
    "The key's `s=` does not list email": { [try MigrationMail.signed("service")] },
    "`t=s` in the key, and `i=` is in a subdomain": {
      [
        try MigrationMail.signed("strict") {
          try $0.setIdentity(Identity(localPart: "", domain: try DomainName("mail.example.com")))
        }
      ]
    },
    "The key is an Ed25519 key and the algorithm rsa-sha256": { [try MigrationMail.signed("other")] },
    "`l=` is larger than the body": {
      [try MigrationMail.signed { $0.bodyLength = .whole }.withBody("One line.\r\n")]
    },
    "The body or the header was changed": {
      let message = try MigrationMail.signed()
      return [message.withBody("Another text.\r\n"), message.without("Subject")]
    },
    "The `p=` of the key is not base64": { [try MigrationMail.signed("base64")] },
    "The key record is not a list of tags, or has no `p=`": {
      [try MigrationMail.signed("junk"), try MigrationMail.signed("nokey")]
    },
    "`h=` does not name From": {
      [try MigrationMail.signed { try $0.setOversignedHeaders([]) }.withSignature("h=From:", "h=")]
    },
    "A tag of DKIM-Signature has an unknown value": {
      let message = try MigrationMail.signed()
      return [
        message.withSignature("v=1", "v=2"), message.withSignature("c=relaxed/relaxed", "c=strict"),
        message.withSignature("a=rsa-sha256", "a=rsa-sha3"), message.withSignature("v=1;", "v=1; q=http;"),
        message.withSignature("v=1;", "v=1; l=all;"),
      ]
    },
    "DKIM-Signature is not a list of tags, or lacks a required tag": {
      let message = try MigrationMail.signed()
      return [message.withSignature("v=1;", "v=1; =x;"), message.withSignature("a=rsa-sha256;", "")]
    },
    "The signature has expired, or is from the future": {
      let now = MigrationMail.now.seconds
      return [
        try MigrationMail.signed(at: Timestamp(now - 90_000)) { try $0.setLifetime(.seconds(3600)) },
        try MigrationMail.signed(at: Timestamp(now + 90_000)),
      ]
    },
    "The RSA key has fewer bits than `MinimumKeyBits`": { [try MigrationMail.signed()] },
    "Unsigned text follows the part that `l=` covers": {
      [try MigrationMail.signed { $0.bodyLength = .exactly(5) }]
    },
  ]

  /// The settings for faults that need them.
  private static let settings = ["The RSA key has fewer bits than `MinimumKeyBits`": "MinimumKeyBits 4096"]

  @Test
  func `every row is correct for both programs`() async throws {
    let rows = try MigrationDocument().table(in: "Result words")
    #expect(Set(rows.map { $0[0] }) == Set(Self.faults.keys), "a row has no message, or a message no row")
    for (setting, rows) in Dictionary(grouping: rows, by: { Self.settings[$0[0]] ?? "" }) {
      try await check(rows, setting)
    }
  }

  @Test
  func `a message without a fault passes in both programs`() async throws {
    let both = try await BothMilters.deliver(
      [MigrationMessage(message: try MigrationMail.signed())], Self.verifying(""))
    #expect(both.map(\.theirs.word) == ["pass"] && both.map(\.ours.word) == ["pass"])
  }

  private static func verifying(_ setting: String) -> BothMilters.Settings {
    var settings = BothMilters.Settings("Mode v", setting)
    settings.records = MigrationMail.records
    return settings
  }

  private func check(_ rows: [[String]], _ setting: String) async throws {
    var messages: [(row: [String], message: PeerMessage)] = []
    for row in rows {
      for message in try Self.faults[row[0]]?() ?? [] { messages.append((row, message)) }
    }
    let both = try await BothMilters.deliver(
      messages.map { MigrationMessage(message: $0.message) }, Self.verifying(setting))
    #expect(both.count == messages.count && !both.isEmpty)
    for (answers, (row, message)) in zip(both, messages) {
      let comment: Comment = "\(row[0]): \(String(decoding: message.fields[0].value, as: UTF8.self))"
      let theirs = row[1] == "no result" ? nil : MigrationDocument.literals(in: row[1]).first
      #expect(answers.theirs.word == theirs, comment)
      #expect(answers.ours.word == MigrationDocument.literals(in: row[2]).first, comment)
      guard let reason = Self.quoted(row[2]) else { continue }
      #expect(answers.ours.outcome.results.contains("reason=\"\(reason)"), comment)
      if theirs == "fail" { #expect(answers.theirs.outcome.results.contains("reason=\"\(reason)"), comment) }
    }
  }

  /// The text between quotation marks.
  private static func quoted(_ cell: String) -> String? {
    let parts = cell.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.count > 2 ? String(parts[1]) : nil
  }
}
