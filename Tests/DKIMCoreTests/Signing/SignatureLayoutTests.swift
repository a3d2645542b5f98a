@testable import DKIMCore
import Testing

/// The line breaks of OpenDKIM in a DKIM-Signature field: scripts expect `h=` and the names after it without a break.
@Suite struct SignatureLayoutTests {
  private func field(_ names: String) -> String {
    var writer = SignatureWriter()
    writer.tag("v", "1")
    var list = ByteList()
    for name in names.split(separator: ":") { list.append(Array(name.utf8).span) }
    writer.names(list)
    writer.beginSignature()
    return "DKIM-Signature:" + String(decoding: writer.value, as: UTF8.self)
  }

  /// Tags fill a line up to column 75, not counting the semicolon.
  @Test func `tags fill the line`() throws {
    let message = Array("From: a\r\n\r\n".utf8)
    for (domain, start) in [
      ("aaaaaa.b", "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=aaaaaa.b; s=sel;\r\n\tt="),
      ("aaaaaaa.b", "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=aaaaaaa.b;\r\n\ts=sel; t="),
    ] {
      let request = try SigningRequest(
        domain: try DomainName(domain), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519))
      let field = try #require(try Signer([request]).sign(message, at: Timestamp(1_780_000_000)).first)
      #expect(String(decoding: field.bytes, as: UTF8.self).hasPrefix(start))
    }
  }

  @Test func `names that fit stay on the line`() {
    let fortySeven = "X-Forty-Seven-Octets-23456789012345678901234567"
    #expect(field("From:Date:Subject") == "DKIM-Signature: v=1; h=From:Date:Subject;\r\n\tb=")
    // 75 columns without the semicolon at the end.
    #expect(
      field("From:\(fortySeven)")
        == "DKIM-Signature: v=1; h=From:\(fortySeven);\r\n\tb=")
  }

  @Test func `names that do not fit begin a new line`() {
    let fortyEight = "X-Forty-Eight-Octets-234567890123456789012345678"
    #expect(
      field("From:\(fortyEight)")
        == "DKIM-Signature: v=1;\r\n\th=From:\(fortyEight);\r\n\tb=")
    // A short first name does not keep the list on the line.
    #expect(
      field("From:To:Cc:Subject:Date:Message-ID:In-Reply-To:References")
        == "DKIM-Signature: v=1;\r\n\th=From:To:Cc:Subject:Date:Message-ID:In-Reply-To:References;\r\n\tb=")
  }

  @Test func `a list longer than a line is broken before a name`() {
    let sixtyOne = "X-Sixty-One-Octets-012345678901234567890123456789012345678901"
    let sixty = "X-Sixty-Octets-678901234567890123456789012345678901234567890"
    // The line ends at column 75: a tab counts as eight columns, and a colon may follow.
    #expect(
      field("From:\(sixty):To")
        == "DKIM-Signature: v=1;\r\n\th=From:\(sixty):\r\n\t To;\r\n\tb=")
    #expect(
      field("From:\(sixtyOne):To")
        == "DKIM-Signature: v=1;\r\n\th=From:\r\n\t \(sixtyOne):To;\r\n\tb=")
  }

  @Test func `the semicolon is part of the last name`() {
    let sixty = "X-Sixty-Octets-678901234567890123456789012345678901234567890"
    let fiftyNine = "X-Fifty-Nine-Octets-123456789012345678901234567890123456789"
    #expect(
      field("From:\(fiftyNine)")
        == "DKIM-Signature: v=1;\r\n\th=From:\(fiftyNine);\r\n\tb=")
    #expect(
      field("From:\(sixty)")
        == "DKIM-Signature: v=1;\r\n\th=From:\r\n\t \(sixty);\r\n\tb=")
  }

  @Test func `a first name of any length follows the tag`() {
    let long = String(repeating: "N", count: 90)
    #expect(field(long + ":From") == "DKIM-Signature: v=1;\r\n\th=\(long):\r\n\t From;\r\n\tb=")
  }

  /// The layout of the same tags by libopendkim of Debian 12.
  @Test func `a field as OpenDKIM writes it`() throws {
    let message =
      "From: a@example.com\r\nTo: b@example.net\r\nSubject: hi\r\nDate: Thu, 28 May 2026 20:10:00 +0000\r\n\r\nhi\r\n"
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519),
      lifetime: .seconds(86_400))
    request.canonicalization = .simple
    let field = try #require(try Signer([request]).sign(Array(message.utf8), at: Timestamp(1_780_000_000)).first)
    #expect(
      String(decoding: field.bytes, as: UTF8.self).hasPrefix(
        """
        DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=example.com;\r
        \ts=sel; t=1780000000; x=1780086400;\r
        \tbh=RHI91NDg1Go8f6isolS2HCe2tXiflhd+gsgHAECfFTU=;\r
        \th=From:To:Subject:Date:From;\r
        \tb=
        """))
  }
}
