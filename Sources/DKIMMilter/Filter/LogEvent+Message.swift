import DKIMConfiguration
import DKIMCore

/// The lines about received messages and signatures, word for word as in OpenDKIM's log.
extension LogEvent {
  static let verificationSuccessful = LogEvent("verified", .info, "DKIM verification successful")
  static let badSignature = LogEvent("bad-signature", .notice, "bad signature data")

  static func noSignature(isRefused: Bool) -> LogEvent {
    LogEvent("no-signature", isRefused ? .notice : .debug, "no signature data")
  }

  static func signature(_ tags: SignatureTags, error: String) -> LogEvent {
    let (selector, domain, algorithm) = (tags.selector ?? "-", tags.domain ?? "-", tags.algorithm ?? "-")
    return LogEvent(
      "signature", .info, "s=\(selector) d=\(domain) a=\(algorithm) SSL \(error)",
      fields: [
        Field("selector", selector), Field("domain", domain), Field("algorithm", algorithm), Field("error", error),
      ])
  }

  static func keyRetrievalFailed(_ tags: SignatureTags, why: String) -> LogEvent {
    let (selector, domain) = (tags.selector ?? "-", tags.domain ?? "-")
    return LogEvent(
      "key-retrieval-failed", .error, "key retrieval failed (s=\(selector), d=\(domain)): \(why)",
      fields: [Field("selector", selector), Field("domain", domain), Field("reason", why)])
  }

  static func keyRevoked(_ tags: SignatureTags) -> LogEvent {
    let (selector, domain, algorithm) = (tags.selector ?? "-", tags.domain ?? "-", tags.algorithm ?? "-")
    return LogEvent(
      "key-revoked", .notice, "key revoked (s=\(selector), d=\(domain), a=\(algorithm))",
      fields: [Field("selector", selector), Field("domain", domain), Field("algorithm", algorithm)])
  }

  static func signatures(from domains: [String]) -> LogEvent {
    let list = domains.joined(separator: ", ")
    return LogEvent("signatures", .info, "message has signatures from \(list)", fields: [Field("domains", list)])
  }

  static func results(_ text: String) -> LogEvent { LogEvent("results", .info, text) }

  /// The result of a check that is not about one signature, such as `dkim-atps=pass header.from=joe@example.com`.
  static func checkResult(_ result: MethodResult) -> LogEvent {
    let properties = result.properties.map { " \($0.type).\($0.name)=\($0.value)" }.joined()
    return LogEvent(
      "check-result", .info, "\(result.method)=\(result.result)\(properties)",
      fields: [Field("method", result.method.text), Field("result", result.result.text)])
  }

  static func cannotVerifyVouching(_ name: String) -> LogEvent {
    LogEvent(
      "vbr-lookup-failed", .notice, "can't verify VBR information: failed to retrieve \(name)",
      fields: [Field("query", name)])
  }

  static func ignoringSignatures(_ count: Int) -> LogEvent {
    LogEvent(
      "signatures-ignored", .info, "ignoring \(count) signature\(count == 1 ? "" : "s")",
      fields: [Field("count", String(count))])
  }

  static func ignoringSignature(from domain: String) -> LogEvent {
    LogEvent("signature-ignored", .info, "ignoring signature from \(domain)", fields: [Field("domain", domain)])
  }

  static let noSender = LogEvent("no-sender", .info, "can't determine message sender; accepting")

  static func badSender(field: String, value: String) -> LogEvent {
    LogEvent(
      "bad-sender", .info, "can't parse \(field): header value '\(value)'",
      fields: [Field("field", field), Field("value", value)])
  }

  static func headerRequirement(_ why: String) -> LogEvent {
    LogEvent("header-requirement", .info, "RFC5322 header requirement error: \(why)", fields: [Field("reason", why)])
  }

  static let tooMuchHeader = LogEvent("header-too-large", .notice, "too much header data")

  static func ignoringField(_ name: String) -> LogEvent {
    LogEvent("field-ignored", .notice, "ignoring header field '\(name)'", fields: [Field("field", name)])
  }

  static let noJobID = LogEvent("no-job-id", .warning, "WARNING: symbol 'i' not available", namesJob: false)

  static func resultFieldRemoved(_ why: String) -> LogEvent {
    LogEvent(
      "result-field-removed", .info, "Authentication-Results: header field removed: \(why)",
      fields: [Field("reason", why)])
  }

  static func resultFieldNotParsed(removed: Bool) -> LogEvent {
    LogEvent(
      "result-field-not-parsed", .info,
      "failed to parse Authentication-Results: header field" + (removed ? "; removed" : ""),
      fields: [Field("removed", removed ? "yes" : "no")])
  }

  static func rateLimitExceeded(_ domain: String, _ limit: Int) -> LogEvent {
    let mail = domain == RateLimitTable.unsigned ? "unsigned mail" : "'\(domain)'"
    return LogEvent(
      "rate-limit-exceeded", .error, "rate limit for \(mail) (\(limit)) exceeded",
      fields: [Field("domain", domain), Field("limit", String(limit))])
  }

  static let cannotQuarantine = LogEvent(
    "cannot-quarantine", .error, "the MTA does not support quarantine; deferring the message")

  static func why(_ text: String) -> LogEvent { LogEvent("why", .info, text) }
}
