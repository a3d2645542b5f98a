import MilterPeer
import MilterTestSupport
import Testing

@testable import DKIMCore

/// Rows of "What is different" in Docs/MigratingFromOpenDKIM.md, checked with both programs.
@Suite("Differences of the migration document", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct DifferenceClaimTests {
  /// A row of the table: its beginning, the message to send, and the expected outcomes.
  struct Claim: Sendable, CustomTestStringConvertible {
    let row: String
    let lines: [String]
    let message: @Sendable () throws -> PeerMessage
    let theirs: String
    let ours: String
    var client = MailSession.outside
    /// The setting in the last column, which restores OpenDKIM's behavior.
    var old: String?

    var testDescription: String { row }
  }

  private static let single = ["Domain example.com", "Selector good", "KeyFile FOLDER/ours.private"]
  private static let inside = MailSession.inside

  static let claims: [Claim] = [
    Claim(
      row: "An expired signature, one from the future", lines: ["Mode v", "On-BadSignature reject"],
      message: {
        try MigrationMail.signed(at: Timestamp(MigrationMail.now.seconds - 90_000)) {
          try $0.setLifetime(.seconds(3600))
        }
      },
      theirs: "accept permerror", ours: "replyCode policy", old: "OpenDKIMCompatibility accept-expired"),
    Claim(
      row: "An expired signature, one from the future",
      lines: ["Mode v", "On-BadSignature reject", "MustBeSigned X-Seal"],
      message: { try MigrationMail.signed().adding("X-Seal", "yes") },
      theirs: "accept fail", ours: "replyCode policy"),
    Claim(
      row: "`MustBeSigned` accepts a signature that names the field once",
      lines: ["Mode v", "On-BadSignature reject", "MustBeSigned Subject"],
      message: { try MigrationMail.signed().adding("Subject", "Another one") },
      theirs: "accept pass", ours: "replyCode policy"),
    Claim(
      row: "`quarantine` does nothing", lines: ["Mode v", "On-BadSignature quarantine"],
      message: { try MigrationMail.signed().withBody("Another text.\r\n") },
      theirs: "accept fail", ours: "accept fail quarantined", old: "OpenDKIMCompatibility ignore-quarantine"),
    Claim(
      row: "Mail with a signature of a domain that tests", lines: ["Mode v", "On-NoSignature reject"],
      message: { try MigrationMail.signed("testing") }, theirs: "accept pass", ours: "replyCode pass"),
    Claim(
      row: "`Minimum` has no effect", lines: ["Mode v", "Minimum 100%"],
      message: { try MigrationMail.signed { $0.bodyLength = .exactly(5) } },
      theirs: "accept pass", ours: "accept policy", old: "OpenDKIMCompatibility ignore-minimum"),
    Claim(
      row: "`AlwaysAddARHeader` turns `On-NoSignature` off",
      lines: ["Mode v", "On-NoSignature reject", "AlwaysAddARHeader yes"], message: { MigrationMail.plain() },
      theirs: "accept none", ours: "replyCode", old: "OpenDKIMCompatibility always-add-hides-unsigned"),
    Claim(
      row: "`On-NoSignature` applies to internal mail from a domain", lines: single + ["On-NoSignature reject"],
      message: { MigrationMail.plain(from: "a@other.example") }, theirs: "replyCode", ours: "accept", client: inside,
      old: "OpenDKIMCompatibility verify-internal"),
    Claim(
      row: "A malformed DKIM-Signature in a message keeps it", lines: single,
      message: { MigrationMail.plain().adding("DKIM-Signature", "v=1; =x; d=foo") },
      theirs: "accept", ours: "accept signed", client: inside, old: "OpenDKIMCompatibility malformed-stops-signing"),
    Claim(
      row: "`RemoveARFrom .example.com` matches nothing", lines: ["Mode v", "RemoveARFrom .example.com"],
      message: { MigrationMail.plain().adding("Authentication-Results", "a.example.com; dkim=pass") },
      theirs: "accept", ours: "accept removed"),
    Claim(
      row: "Forged Authentication-Results that OpenDKIM cannot parse", lines: ["Mode v"],
      message: { MigrationMail.plain().adding("Authentication-Results", "mx.example; dkim=pass header.d") },
      theirs: "accept", ours: "accept removed", old: "KeepAuthResults yes"),
    Claim(
      row: "Mail that is not verified (`ExemptDomains`", lines: ["Mode v", "ExemptDomains example.com"],
      message: { MigrationMail.plain().adding("Authentication-Results", "mx.example; dkim=pass header.d=x.example") },
      theirs: "accept", ours: "accept removed", old: "KeepAuthResults yes"),
    Claim(
      row: "A client whose address the MTA does not know", lines: single, message: { MigrationMail.plain() },
      theirs: "accept signed", ours: "accept", client: unknownClient),
    Claim(
      row: "A message without a sender that can be read", lines: ["Mode v"],
      message: { try MigrationMail.signed().without("From") }, theirs: "accept permerror", ours: "accept fail"),
    Claim(
      row: "Of three or more matching rows",
      lines: [
        "SigningTable csl:alice@example.com=a,example.com=b,*=c", "MultipleSignatures yes",
        "KeyTable csl:" + ["a", "b", "c"].map { "\($0)=example.com:\($0):FOLDER/ours.private" }.joined(separator: ","),
      ],
      message: { MigrationMail.plain() }, theirs: "accept signed signed", ours: "accept signed signed signed",
      client: inside),
    Claim(
      row: "A message with two From fields is signed", lines: single,
      message: { MigrationMail.plain().adding("From", "bob@example.com") },
      theirs: "accept signed", ours: "replyCode", client: inside),
    Claim(
      row: "A `SigningTable` row with the value `k1:%`",
      lines: ["SigningTable csl:example.com=k1:%", "KeyTable csl:k1=example.com:k1:FOLDER/ours.private"],
      message: { MigrationMail.plain() }, theirs: "accept", ours: "accept signed", client: inside),
    Claim(
      row: "A signature with `l=` passes although text was appended", lines: ["Mode v", "On-BadSignature reject"],
      message: { try MigrationMail.signed { $0.bodyLength = .exactly(5) } },
      theirs: "accept pass", ours: "replyCode policy", old: "OpenDKIMCompatibility ignore-minimum"),
    Claim(
      row: "`FixCRLF` changes what is hashed when verifying", lines: ["Mode v", "FixCRLF yes"],
      message: { try MigrationMail.signed().withBody("One line.\nAnother line.\r\n") },
      theirs: "accept pass", ours: "accept fail"),
    Claim(
      row: "`MacroList {name}`, with braces, never matches", lines: single + ["MacroList {daemon_name}"],
      message: { MigrationMail.plain() }, theirs: "accept", ours: "accept signed"),
    Claim(
      row: "Internal mail with wrong field counts", lines: single + ["StrictHeaders yes"],
      message: { MigrationMail.plain().adding("Subject", "Another one") },
      theirs: "accept permerror", ours: "replyCode", client: inside, old: "On-SignatureError accept"),
    Claim(
      row: "With `On-BadSignature reject`, a message that has both a malformed",
      lines: ["Mode v", "On-BadSignature reject"],
      message: { try MigrationMail.signed().adding("DKIM-Signature", "v=1; =x; d=foo") },
      theirs: "replyCode", ours: "accept permerror"),
  ]

  private static let unknownClient = {
    var client = PeerClient()
    client.family = UInt8(ascii: "U")
    return client
  }()

  @Test(arguments: claims)
  func `both programs behave as the row of the document says`(_ claim: Claim) async throws {
    let rows = try MigrationDocument().table(in: "What is different").filter { $0[0].hasPrefix(claim.row) }
    #expect(rows.count == 1, "the document does not have this row")
    let sent = [MigrationMessage(message: try claim.message(), client: claim.client)]
    var settings = BothMilters.Settings()
    settings.lines = claim.lines
    settings.records = MigrationMail.records
    let both = try await BothMilters.deliver(sent, settings)
    #expect(both.map { Self.summary($0.theirs) } == [claim.theirs])
    #expect(both.map { Self.summary($0.ours) } == [claim.ours])
    guard let old = claim.old else { return }
    #expect(rows.first?.last?.contains("`\(old)`") == true, "the last column does not name `\(old)`")
    settings.lines.append(old)
    let restored = try await BothMilters.deliver(sent, settings, to: MilterRun.program)
    #expect(Self.sameAction(restored.map(Self.summary).first, claim.theirs), "\(restored.map(Self.summary))")
  }

  /// A text with the reply, the result, and the changes to the message.
  private static func summary(_ answer: MigrationAnswer) -> String {
    var words = [answer.reply]
    words += answer.word.map { [$0] } ?? []
    words += answer.outcome.inserted("DKIM-Signature").map { _ in "signed" }
    for modification in answer.outcome.modifications {
      switch modification {
      case .quarantine: words.append("quarantined")
      case .changeHeader(_, _, let value) where value.isEmpty: words.append("removed")
      default: break
      }
    }
    return words.joined(separator: " ")
  }

  /// `OpenDKIMCompatibility` changes what is done with the message, not the result word.
  private static func sameAction(_ restored: String?, _ theirs: String) -> Bool {
    let results: Set<Substring> = ["none", "permerror", "policy", "pass", "fail"]
    func actions(_ summary: String) -> [Substring] { summary.split(separator: " ").filter { !results.contains($0) } }
    return restored.map { actions($0) == actions(theirs) } ?? false
  }
}
