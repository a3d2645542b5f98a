import DKIMCore

/// The output of `--json`: one object for each message, on a line of its own.
enum JSONReport {
  static func line(_ report: MessageReport) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.member("file", report.name)
      if let excess = report.header.excess { json.member("headerExcess", excess.description) }
      let author = report.authorDomain
      json.member("authorDomain", author?.text)
      json.name("signatures")
      json.array { json in
        for (result, causes) in zip(report.results, report.causes) { signature(result, author, causes, &json) }
      }
      json.name("arc")
      json.null()
    }
    writer.newLine()
    return writer.bytes
  }

  /// Returns the object for a message that could not be read.
  static func line(_ name: String, _ failure: CommandFailure) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.member("file", name)
      json.member("error", failure.message)
      json.member("authorDomain", nil as String?)
      json.name("signatures")
      json.array { _ in }
      json.name("arc")
      json.null()
    }
    writer.newLine()
    return writer.bytes
  }

  private static func signature(
    _ result: VerificationResult, _ author: DomainName?, _ causes: [String], _ json: inout JSONWriter
  ) {
    let tags = result.tags
    json.object { json in
      json.member("result", result.code.rawValue)
      json.member("reason", result.reason)
      json.member("domain", tags.domain)
      json.member("selector", tags.selector)
      json.member("algorithm", tags.algorithm)
      json.member("identity", tags.identity)
      let domain = result.signature?.domain
      json.member("isAuthorDomain", author.flatMap { author in domain.map { $0 == author } })
      json.member("keyName", result.signature?.keyQuery.name)
      json.member("keyBits", result.key?.record?.keyBits)
      json.member("dnssec", result.key?.secure)
      json.member("testing", result.key?.record?.isTesting)
      json.member("bodyHash", word(result.bodyHash))
      json.member("headerHash", word(result.headerHash))
      json.member("canonicalization", result.signature?.canonicalization.description)
      json.member("signedBytes", result.body?.signedBytes)
      json.member("unsignedBytes", result.body?.unsignedBytes)
      json.member("signedHeaders", result.signature?.signedHeaders.map(\.text))
      json.member("timestamp", result.signature?.timestamp?.seconds)
      json.member("expiration", result.signature?.expiration?.seconds)
      json.member("remarks", result.remarks.map(\.description))
      json.member("headerDefects", result.header?.defects.words)
      json.member("bodyDefects", result.body?.defects.words)
      if !causes.isEmpty { json.member("causes", causes) }
    }
  }

  private static func word(_ check: VerificationResult.Check) -> String {
    switch check {
    case .matches: "matches"
    case .differs: "differs"
    case .notChecked: "notChecked"
    }
  }
}
