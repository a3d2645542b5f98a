import DKIMCore

/// The output of `--json`: one object for each message, on a line of its own. It is the coding of the
/// `VerificationReport`, with additional members.
struct JSONReport: Encodable {
  private enum Key: String, CodingKey {
    case file, error, authorDomain, signatures, arc
  }

  private enum Content {
    case report(MessageReport)
    /// A message that could not be read, with the error.
    case failure(String, CommandFailure)
  }

  private let content: Content

  init(_ report: MessageReport) {
    content = .report(report)
  }

  init(_ name: String, _ failure: CommandFailure) {
    content = .failure(name, failure)
  }

  var line: [UInt8] {
    var writer = JSONWriter()
    do {
      try writer.value(self)
    } catch {
      preconditionFailure("a report has nothing that cannot be encoded: \(error)")
    }
    writer.newLine()
    return writer.bytes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch content {
    case .report(let report):
      let author = report.authorDomain
      try container.encode(report.name, forKey: .file)
      try container.encode(author?.text, forKey: .authorDomain)
      try report.verification.encode(to: encoder) { index, result in
        JSONSignature(result: result, author: author, causes: report.causes[index])
      }
    case .failure(let name, let failure):
      try container.encode(name, forKey: .file)
      try container.encode(failure.message, forKey: .error)
      try container.encodeNil(forKey: .authorDomain)
      try container.encode([String](), forKey: .signatures)
    }
    try container.encodeNil(forKey: .arc)
  }
}

/// The object for a signature.
private struct JSONSignature: Encodable {
  private enum Key: String, CodingKey {
    case isAuthorDomain, causes
  }

  let result: VerificationResult
  let author: DomainName?
  let causes: [String]

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    let domain = result.signature?.domain
    try container.encode(author.flatMap { author in domain.map { $0 == author } }, forKey: .isAuthorDomain)
    if !causes.isEmpty { try container.encode(causes, forKey: .causes) }
  }
}
