import MilterPeer
import MilterTestSupport
import Testing

@testable import DKIMCore

/// The log lines in Docs/MigratingFromOpenDKIM.md: both programs write them for the same messages, and nothing else.
@Suite("Log lines of the migration document", .enabled(if: BothMilters.canRun, BothMilters.missing))
struct LogLineClaimTests {
  /// The placeholders for values in the document.
  private static let placeholders = [
    "SELECTOR", "DOMAIN", "ALGORITHM", "ADDRESS", "HOST", "NAME", "NUMBER", "TEXT",
  ]

  @Test
  func `both programs write every line of the document, and the same lines for each message`() async throws {
    let patterns = try MigrationDocument().code(in: "Log lines")
    #expect(patterns.count > 20)
    var seen: (theirs: Set<String>, ours: Set<String>) = ([], [])
    for (name, settings, messages) in try Self.scenes() {
      let both = try await BothMilters.deliver(messages, settings)
      #expect(both.count == messages.count, "\(name)")
      for (number, answers) in both.enumerated() {
        #expect(
          answers.theirs.log.map(Self.comparable) == answers.ours.log.map(Self.comparable), "\(name), message \(number)"
        )
        seen.theirs.formUnion(answers.theirs.log)
        seen.ours.formUnion(answers.ours.log)
      }
    }
    for pattern in patterns {
      #expect(seen.theirs.contains { Self.matches($0, pattern) }, "opendkim does not write: \(pattern)")
      #expect(seen.ours.contains { Self.matches($0, pattern) }, "the milter does not write: \(pattern)")
    }
    for line in seen.theirs.union(seen.ours) {
      #expect(patterns.contains { Self.matches(line, $0) }, "the document does not have: \(line)")
    }
  }

  @Test
  func `the lines that differ do so as the document says`() async throws {
    var settings = BothMilters.Settings("Mode v", "SyslogSuccess yes")
    settings.records = MigrationMail.records
    let faults = [
      try MigrationMail.signed("version"), try MigrationMail.signed("service"),
      try MigrationMail.signed().withSignature("v=1", "v=2"), try MigrationMail.signed { $0.bodyLength = .exactly(5) },
    ]
    for answers in try await BothMilters.deliver(faults.map { MigrationMessage(message: $0) }, settings) {
      #expect(!answers.theirs.log.contains("bad signature data"), "\(answers.theirs.log)")
      #expect(answers.ours.log.count == 2 && answers.ours.log[0].contains(" SSL "), "\(answers.ours.log)")
      #expect(answers.ours.log.last == "bad signature data")
    }
    var twice = try MigrationMail.signed().withBody("Another text.\r\n")
    twice.fields.insert(twice.fields[0], at: 0)
    let failures = try await BothMilters.deliver([MigrationMessage(message: twice)], settings)
    #expect(failures.first?.theirs.log.count { $0.hasPrefix("s=") } == 1)
    #expect(failures.first?.ours.log.count { $0.hasPrefix("s=") } == 2)
    let unreadable = MigrationMessage(message: try MigrationMail.signed().withSignature("v=1;", "v=1; =x;"))
    let both = try await BothMilters.deliver([unreadable], settings)
    #expect(both.first?.theirs.log.first?.hasPrefix("syntax error: ") == true)
    #expect(both.first?.ours.log.first?.contains(" SSL syntax error: ") == true)
  }

  // MARK: Messages

  private typealias Scene = (name: String, settings: BothMilters.Settings, messages: [MigrationMessage])

  private static func scenes() throws -> [Scene] {
    let good = try MigrationMail.signed()
    let bad = good.withBody("Another text.\r\n")
    let inside = MailSession.inside
    let plain = MigrationMail.plain()
    func sender(_ address: String) -> PeerMessage { MigrationMail.plain(from: address) }
    func with(_ macro: String, _ value: String) -> PeerMessage {
      var message = plain
      message.macros[.mail] = [(macro, value)]
      return message
    }
    var two = good
    two.fields.insert(good.withSignature("bh=", "bh=AAAA").fields[0], at: 0)
    var toNobody = plain
    toNobody.recipients = ["<unsigned@example.net>"]
    var counted = plain
    counted.recipients = ["<list@example.net>"]
    let single = ["Domain example.com", "Selector good", "KeyFile FOLDER/ours.private"]
    let tables = [
      "SigningTable csl:example.com=key", "KeyTable csl:key=example.com:good:FOLDER/ours.private",
    ]
    func scene(_ name: String, _ lines: [String], _ messages: [MigrationMessage]) -> Scene {
      var settings = BothMilters.Settings("LogWhy yes", "SyslogSuccess yes")
      settings.lines += lines
      settings.records = MigrationMail.records
      return (name, settings, messages)
    }
    return [
      scene(
        "one domain", single,
        [
          .init(message: plain, client: inside), .init(message: plain), .init(message: sender("a@other.example")),
          .init(message: sender("a@other.example"), client: inside), .init(message: good), .init(message: bad),
          .init(message: try MigrationMail.signed("revoked")), .init(message: with("{auth_type}", "PLAIN")),
          .init(message: plain.without("From")), .init(message: plain.without("From").adding("From", "nobody")),
          .init(message: sender("a@mail.example.com"), client: inside),
        ]),
      scene("subdomains", single + ["SubDomains yes"], [.init(message: sender("a@mail.example.com"), client: inside)]),
      scene(
        "tables", tables,
        [
          .init(message: plain, client: inside), .init(message: sender("a@other.example"), client: inside),
          .init(message: plain), .init(message: good),
        ]),
      scene(
        "macros", single + ["MTA MSA", "MacroList auth_authen"],
        [.init(message: plain), .init(message: with("{auth_authen}", "alice"))]),
      scene(
        "exceptions",
        single + [
          "DontSignMailTo unsigned@example.net", "ExemptDomains exempt.example", "BodyLengthDB csl:list@example.net",
          "ExternalIgnoreList 192.0.2.1",
        ],
        [
          .init(message: toNobody, client: inside), .init(message: sender("a@exempt.example")),
          .init(message: counted, client: inside), .init(message: plain),
        ]),
      scene("results", ["Mode v", "LogResults yes"], [.init(message: good), .init(message: plain)]),
      scene("several signatures", ["Mode v"], [.init(message: two)]),
      scene(
        "refusals", ["Mode v", "On-NoSignature reject", "On-BadSignature reject"],
        [.init(message: plain), .init(message: bad)]),
      scene("missing keys", ["Mode v"], [.init(message: try MigrationMail.signed("missing"))]),
      scene("too many signatures", ["Mode v", "MaximumSignaturesToVerify 1"], [.init(message: two)]),
    ]
  }

  // MARK: Comparison

  /// Removes the parts of a line that differ according to the document.
  private static func comparable(_ line: String) -> String {
    if let error = line.firstRange(of: " SSL ") { return String(line[..<error.upperBound]) }
    if line.hasPrefix("key retrieval failed "), let end = line.firstRange(of: "): ") {
      return String(line[..<end.lowerBound]) + ")"
    }
    if line.hasPrefix("message has signatures from ") { return line.replacing(", -", with: ", example.com") }
    return line
  }

  /// Returns whether a line is one of the document's lines, with values in place of the words in capitals.
  private static func matches(_ line: String, _ pattern: String) -> Bool {
    var fixed = [pattern]
    for word in placeholders {
      fixed = fixed.flatMap { $0.split(separator: word, omittingEmptySubsequences: false).map(String.init) }
    }
    var rest = Substring(comparable(line))
    guard rest.hasPrefix(fixed[0]) else { return false }
    rest = rest.dropFirst(fixed[0].count)
    for piece in fixed.dropFirst() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return fixed.count > 1 && fixed.last == "" || rest.isEmpty
  }
}
