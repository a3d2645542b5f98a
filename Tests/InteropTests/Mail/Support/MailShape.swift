import Testing

/// Messages that are hard to transmit unchanged.
enum MailShape: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case plain
  case eightBit
  case emptyBody
  case noFinalCRLF
  case longLines
  case dots
  case thirtyMegabytes
  case oddHeader
  case longHeader
  case internationalized
  case trailingBlankLines

  var testDescription: String { rawValue }

  /// The parameters of MAIL FROM.
  var parameters: String { self == .internationalized ? "SMTPUTF8 BODY=8BITMIME" : "BODY=8BITMIME" }

  /// The envelope sender.
  var sender: String { self == .internationalized ? "älice@ours.test" : "alice@ours.test" }

  var message: [UInt8] {
    switch self {
    case .plain: MailText.ours("plain")
    case .eightBit: MailText.ours("8bit", body: "Grüße, 日本語\r\n") + [0xE9, 0xFF, 0x80, 13, 10]
    case .emptyBody: MailText.ours("empty", body: "")
    case .noFinalCRLF: MailText.ours("no CRLF", body: "one\r\ntwo")
    case .longLines: MailText.ours("long lines", body: Self.longLinesText)
    case .dots: MailText.ours("dots", body: ".\r\n..\r\n.x\r\n . \r\n...three\r\nnot.at.the.start\r\n.\r\n")
    case .thirtyMegabytes: MailText.ours("large", body: Self.large)
    case .oddHeader: Self.oddHeaderText
    case .longHeader: Self.longHeaderText
    case .internationalized: MailText.ours("Grüße an 日本", from: "Älice <älice@ours.test>", body: "ünïcödé\r\n")
    case .trailingBlankLines: MailText.ours("blank lines", body: "text \t\r\n\t\r\n  two  blanks\r\n \r\n\r\n\r\n")
    }
  }

  private static var longLinesText: String {
    [997, 998, 999, 2047, 2048, 2049, 4097, 70_000].map { String(repeating: "x ", count: $0 / 2) + "\r\n" }.joined()
  }

  /// 30 MB in lines of 76 columns.
  private static var large: String {
    String(repeating: String(repeating: "QmFzZTY0", count: 9) + "YWJj\r\n", count: 30 * 1024 * 1024 / 78)
  }

  private static var oddHeaderText: [UInt8] {
    let lines = [
      "From:Alice\t<alice@ours.test>", "Subject: \t folded \r\n  twice\r\n\t \there  ", "To:carol@elsewhere.test ",
      "Date:  Fri,  20 Nov 2026 10:00:00 +0000\t", "X-Empty:", "Cc: \r\n\tdave@elsewhere.test,\r\n erin@elsewhere.test",
      "mEsSaGe-Id: <odd@ours.test>", "Reply-To: \"a:b;c\" <alice@ours.test> (a \\) comment)", "",
      "Odd fields above.\r\n",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  /// Fields of some kilobytes, folded and not.
  private static var longHeaderText: [UInt8] {
    let references = (0..<300).map { "<\($0)-and-more-text-behind-it@ours.test>" }
    let lines = [
      "From: alice@ours.test", "References: \(references.joined(separator: "\r\n "))",
      "Subject: \(String(repeating: "long ", count: 1500))", "Date: Fri, 20 Nov 2026 10:00:00 +0000",
      "To: carol@elsewhere.test", "", "Long fields above.\r\n",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}
