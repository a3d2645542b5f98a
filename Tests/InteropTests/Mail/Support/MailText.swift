/// Ordinary messages.
enum MailText {
  static func ours(_ subject: String, from: String = "Alice <alice@ours.test>", body: String = "Hello.\r\n") -> [UInt8]
  {
    message(subject, from: from, body: body)
  }

  static func theirs(_ subject: String, body: String = "Hello from far away.\r\n") -> [UInt8] {
    message(subject, from: "Bob <bob@remote.test>", body: body)
  }

  private static func message(_ subject: String, from: String, body: String) -> [UInt8] {
    let lines = [
      "From: \(from)", "To: Carol <carol@elsewhere.test>", "Subject: \(subject)",
      "Date: Fri, 20 Nov 2026 10:00:00 +0000", "Message-ID: <\(Int.random(in: 0..<Int.max))@ours.test>",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", body,
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}
