import DKIMConfiguration
import DKIMCore

/// The lines about signing, word for word as in OpenDKIM's log.
extension LogEvent {
  static func signatureAdded(selector: String, domain: String) -> LogEvent {
    LogEvent(
      "signature-added", .info, "DKIM-Signature field added (s=\(selector), d=\(domain))",
      fields: [Field("selector", selector), Field("domain", domain)])
  }

  static func signatureError(_ why: String) -> LogEvent {
    LogEvent("signature-error", .error, "signature generation error: \(why)", fields: [Field("reason", why)])
  }

  static func skippingSigning(recipient: String) -> LogEvent {
    LogEvent(
      "signing-skipped", .info, "skipping signing of mail to '\(recipient)'", fields: [Field("recipient", recipient)])
  }

  static func bodyLengthMatched(recipient: String) -> LogEvent {
    LogEvent(
      "body-length", .info, "BodyLengthDB matched \(recipient), signing with l= requested",
      fields: [Field("recipient", recipient)])
  }

  static func unknownKey(_ name: String) -> LogEvent {
    LogEvent("unknown-key", .error, "signing table references unknown key '\(name)'", fields: [Field("key", name)])
  }

  static func corruptKeyEntry(_ name: String, why: String) -> LogEvent {
    LogEvent(
      "corrupt-key-entry", .error, "KeyTable entry for '\(name)' corrupt",
      fields: [Field("key", name), Field("reason", why)], namesJob: false)
  }

  static func keyNotLoaded(_ error: SigningKeyStoreError) -> LogEvent {
    LogEvent("key-not-loaded", .error, "\(error)", fields: [Field("reason", "\(error)")], namesJob: false)
  }

  static func errorLoadingKey(_ name: String) -> LogEvent {
    LogEvent("key-error", .error, "error loading key '\(name)'", fields: [Field("key", name)])
  }

  static func identityDropped(_ identity: String, domain: String) -> LogEvent {
    LogEvent(
      "identity-dropped", .warning, "i=\(identity) is not within d=\(domain); signing without i=",
      fields: [Field("identity", identity), Field("domain", domain)])
  }

  static func identityIgnored(_ identity: String, field: String, domain: String) -> LogEvent {
    LogEvent(
      "identity-ignored", .warning,
      "'\(identity)' in the field \(field) is not within d=\(domain) and is not used as i=",
      fields: [Field("identity", identity), Field("field", field), Field("domain", domain)])
  }

  static func externalHost(_ host: String, domain: String) -> LogEvent {
    LogEvent(
      "external-host", .notice, "external host \(host) attempted to send as \(domain)",
      fields: [Field("host", host), Field("domain", domain)])
  }

  static func decisionTooLate(_ why: String) -> LogEvent {
    LogEvent("decision-too-late", .error, why, fields: [LogEvent.Field("reason", why)])
  }

  static func dataSetFailed(setting: String, why: String) -> LogEvent {
    LogEvent(
      "data-set-failed", .error, "\(setting) \(why)", fields: [Field("setting", setting), Field("reason", why)])
  }
}
