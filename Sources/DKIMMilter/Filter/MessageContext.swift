import DKIMConfiguration
import DKIMCore
import Milter

/// The context for the steps at the end of a message: names, configuration, and the mapping from actions to replies.
struct MessageContext: Sendable {
  let policy: MailPolicy
  let connection: ClientInfo
  let jobID: String?
  /// The name of this host according to the MTA.
  let mtaHostName: String?

  init(_ policy: MailPolicy, _ facts: MessageMetadata) {
    self.policy = policy
    connection = facts.connection
    jobID = facts.jobID
    mtaHostName = facts.macro("j").flatMap { $0.isEmpty ? nil : $0 }
  }

  var configuration: Configuration { policy.configuration }

  /// The authserv-id without the queue ID.
  var authservName: String {
    configuration.results.authservID ?? mtaHostName ?? policy.hostName
  }

  /// The authserv-id as written to Authentication-Results.
  var authservID: String {
    guard configuration.results.authservIDWithJobID, let jobID else { return authservName }
    return authservName + "/" + jobID
  }

  func line(_ event: LogEvent) -> LogLine { LogLine(event, jobID: jobID) }

  /// Returns the verdict for a configured action.
  func verdict(_ action: ConfiguredAction, _ refusal: Refusal) -> Verdict {
    guard action == .quarantine else { return Verdict(reply: refusal.reply(to: action)) }
    let isIgnored =
      configuration.openDKIMCompatibility.contains(.ignoreQuarantine) && !configuration.actions.captureUnknownErrors
    if isIgnored { return Verdict(reply: .accept) }
    guard connection.canQuarantine else {
      // The configuration asks to hold this message back, so it is not accepted.
      var verdict = Verdict(reply: refusal.reply(to: .tempfail))
      verdict.log = [line(.cannotQuarantine)]
      return verdict
    }
    var verdict = Verdict(reply: .accept)
    verdict.quarantine = refusal.text
    return verdict
  }

  /// The DKIM-Filter field; `nil` unless `SoftwareHeader` is set.
  var softwareField: MilterModification? {
    guard configuration.results.softwareHeader else { return nil }
    let host = LogText.printable(mtaHostName ?? policy.hostName)
    let job = LogText.printable(jobID ?? LogLine.unknownJob)
    return .insertHeader("DKIM-Filter", "\(Product.name) v\(Product.version) \(host) \(job)")
  }
}

/// The name and version of the program in mail and logs.
package enum Product {
  package static let name = "dkim-milter"
  package static let version = "0.1.0"
}

extension Configuration {
  /// True if a setting depends on the recipients.
  var needsRecipients: Bool {
    origin.dontSignMailTo != nil || signing.bodyLengthDB != nil || origin.resignMailTo != nil
      || actions.redirectFailuresTo != nil || scripts.areSet
  }

  /// The header size limit: `MaximumHeaders`, but at most 16 MiB.
  var headerLimits: MessageHeader.Limits {
    var limits = verification.policy.headerLimits
    if self.limits.maximumHeaders > 0 { limits.bytes = min(self.limits.maximumHeaders, Self.mostHeaderBytes) }
    return limits
  }

  private static let mostHeaderBytes = 16 << 20
}
