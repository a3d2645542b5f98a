package import DKIMCore

/// The text of a failure report, with LF as line ending. // RFC 5965, RFC 6591
package struct FailureReport: Sendable {
  /// The most bytes of the reported header.
  private static let mostHeaderBytes = 128 << 10
  /// The most bytes of a hashed header or body.
  private static let mostHashedBytes = 64 << 10

  private let incident: FailureIncident
  private let recipient: String
  private let date: String
  private let job: String
  private let boundary: String
  private var text: [UInt8] = []

  /// Returns the message.
  /// - Parameters:
  ///   - recipient: the address of the report, which ``FailureIncident/action(for:draw:)`` returns.
  ///   - time: the time of sending.
  package static func message(_ incident: FailureIncident, to recipient: String, at time: Timestamp) -> [UInt8] {
    var report = FailureReport(incident, to: recipient, at: time)
    report.addHeader()
    report.addExplanation()
    report.add("--\(report.boundary)", "Content-Type: message/feedback-report", "")
    if incident.usesOpenDKIMFormat { report.addOpenDKIMFields() } else { report.addFields() }
    report.addOriginalHeader()
    report.add("--\(report.boundary)--")
    return report.text
  }

  private init(_ incident: FailureIncident, to recipient: String, at time: Timestamp) {
    self.incident = incident
    self.recipient = recipient
    date = time.mailDate
    job = incident.message.jobID ?? LogLine.unknownJob
    // These come from the MTA; other characters would need quoting in the parameter.
    let name = "\(incident.host)/\(job)".utf8.filter { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    boundary = "dkimreport/" + String(decoding: name.prefix(50), as: UTF8.self)
  }

  private mutating func add(_ lines: String...) {
    for line in lines {
      text += line.utf8
      text.append(UInt8(ascii: "\n"))
    }
  }

  private var has8Bit: Bool { originalFields.contains { $0.contains { $0 >= 0x80 } } }

  private mutating func addHeader() {
    add("From: \(incident.rules.from)", "To: \(recipient)")
    if let bcc = incident.rules.bcc { add("Bcc: \(bcc)") }
    add("Date: \(date)\(comment)", "Subject: DKIM failure report for \(LogText.printable(job))")
    // Mail programs do not answer such messages automatically. // RFC 3834 §5
    add("Auto-Submitted: auto-generated", "MIME-Version: 1.0")
    if !incident.usesOpenDKIMFormat, has8Bit { add("Content-Transfer-Encoding: 8bit") }
    add("Content-Type: multipart/report; report-type=feedback-report;", "\tboundary=\"\(boundary)\"")
    // OpenDKIM leaves out the line that ends the header; sendmail -t inserts it.
    if !incident.usesOpenDKIMFormat { add("") }
  }

  /// OpenDKIM writes the name of the time zone after dates.
  private var comment: String { incident.usesOpenDKIMFormat ? " (UTC)" : "" }

  private mutating func addExplanation() {
    add("--\(boundary)", "Content-Type: text/plain", "")
    add("DKIM failure report for job \(LogText.printable(job)) on \(LogText.printable(incident.host))", "")
    add("The canonicalized form of the failed message's header and body are", "attached.", "")
  }

  // MARK: The second part

  private mutating func addFields() {
    add("Feedback-Type: auth-failure", "User-Agent: \(Product.name)/\(Product.version)", "Version: 1")
    add("Original-Envelope-Id: \(LogText.printable(job))", "Original-Mail-From: <\(sender)>")
    add("Arrival-Date: \(incident.arrival.mailDate)", "Reporting-MTA: dns; \(LogText.printable(incident.host))")
    if let address = incident.message.connection.effectiveAddress {
      // RFC 5321 §4.1.3
      add("Source-IP: \("\(address)".contains(":") ? "IPv6:" : "")\(address)")
    }
    add("Authentication-Results: " + incident.results.replacing("\r\n", with: "\n"))
    add("Auth-Failure: \(failure)", "Delivery-Result: \(incident.delivery)", "Reported-Domain: \(domain)")
    addSignatureFields()
    add("")
  }

  private mutating func addOpenDKIMFields() {
    add("User-Agent: \(Product.name)/\(Product.version)", "Version: 0.1")
    add("Original-Envelope-Id: \(LogText.printable(job))", "Original-Mail-From: \(sender)")
    add("Reporting-MTA: \(LogText.printable(incident.host))")
    if let address = incident.message.connection.effectiveAddress { add("Source-IP: \(address)") }
    let header = incident.message.header
    let identifier = header.positions(of: .messageID).first.map { Self.withLF(header.value(of: $0)) }
    text += "Message-ID:".utf8
    text += identifier ?? Array("(none)".utf8)
    add("")
    add("Arrival-Date: \(incident.arrival.mailDate)\(comment)", "Reported-Domain: \(incident.tags.domain ?? domain)")
    add("Delivery-Result: other", "Feedback-Type: auth-failure", "Auth-Failure: \(failure)")
    add("DKIM-Failure: \(incident.kind.rawValue)")
    addSignatureFields()
    add("")
  }

  private mutating func addSignatureFields() {
    let selector = incident.tags.selector ?? incident.signature.selector.asciiForm
    let identity = incident.tags.identity ?? "@\(domain)"
    if incident.usesOpenDKIMFormat {
      add("DKIM-Domain: \(incident.tags.domain ?? domain)", "DKIM-Selector: \(selector)", "DKIM-Identity: \(identity)")
    } else {
      add("DKIM-Domain: \(domain)", "DKIM-Identity: \(identity)", "DKIM-Selector: \(selector)")
    }
    guard let data = incident.canonicalized else { return }
    add("DKIM-Canonicalized-Header: ", data.header)
    add("DKIM-Canonicalized-Body: ", data.body)
  }

  private var domain: String { incident.signature.domain.asciiForm }

  /// The failure type, with the reason as a comment. OpenDKIM writes a fixed comment for signatures only.
  private var failure: String {
    let type = incident.kind.rawValue
    if incident.usesOpenDKIMFormat {
      return incident.kind == .signature ? "\(type) (signature verification failed)" : type
    }
    let reason = incident.reason.filter { $0.isASCII && !"()\\".contains($0) }
    return reason.isEmpty ? type : "\(type) (\(LogText.printable(reason)))"
  }

  /// The envelope sender without angle brackets.
  private var sender: String {
    var text = LogText.printable(incident.message.envelopeSender)
    if text.hasPrefix("<") { text.removeFirst() }
    if text.hasSuffix(">") { text.removeLast() }
    return text
  }

  /// Adds a field in base64. Data that was not kept completely is left out: it could not be compared with the original.
  /// Lines break where OpenDKIM breaks them: before the group of four digits that would reach column 75.
  private mutating func add(_ name: String, _ part: CanonicalizedData.Part) {
    guard part.isComplete, part.bytes.count <= Self.mostHashedBytes else { return }
    text += name.utf8
    var column = name.utf8.count
    let digits = Base64.encodedBytes(part.bytes)
    for group in stride(from: 0, to: digits.count, by: 4) {
      if column + 4 >= 75 {
        text += "\n    ".utf8
        column = 4
      }
      text += digits[group..<group + 4]
      column += 4
    }
    add("")
  }

  // MARK: The third part

  private mutating func addOriginalHeader() {
    add("--\(boundary)", "Content-Type: text/rfc822-headers")
    if !incident.usesOpenDKIMFormat, has8Bit { add("Content-Transfer-Encoding: 8bit") }
    add("")
    for field in originalFields { text += field + [UInt8(ascii: "\n")] }
    add("")
  }

  /// The fields of the header as received, up to a limit. A field that contains the boundary could end the part, so it
  /// is left out.
  private var originalFields: [[UInt8]] {
    let header = incident.message.header
    let mark = Array(boundary.utf8)
    var size = 0
    var fields: [[UInt8]] = []
    for position in 0..<header.count {
      guard let name = header.name(of: position) else { continue }
      let field = Array("\(name):".utf8) + Self.withLF(header.value(of: position))
      size += field.count + 1
      if size > Self.mostHeaderBytes { break }
      if !field.contains(mark) { fields.append(field) }
    }
    return fields
  }

  /// Returns a value with LF in its folds, and without the control characters that a mail header may not have.
  private static func withLF(_ value: [UInt8]) -> [UInt8] {
    // A line that does not begin with white space would end the field.
    var lines = value.filter { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A }.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for index in lines.indices.dropFirst() where lines[index].first != 0x20 && lines[index].first != 0x09 {
      lines[index] = [0x20] + lines[index]
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}
