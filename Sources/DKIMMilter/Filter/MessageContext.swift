import DKIMConfiguration
import DKIMCore

/// What every step at the end of a message needs: names, rules, and how an action becomes a reply.
struct MessageContext: Sendable {
  let filter: Filter
  let connection: ConnectionFacts
  let jobID: String?
  /// The name of this host as the MTA has it.
  let mtaHostName: String?

  init(_ filter: Filter, _ facts: MessageFacts) {
    self.filter = filter
    connection = facts.connection
    jobID = facts.jobID
    mtaHostName = facts.macros["j"].flatMap { $0.isEmpty ? nil : $0 }
  }

  var configuration: Configuration { filter.configuration }

  /// The authserv-id without a job behind it.
  var authservName: String {
    guard let name = configuration.results.authservID else { return mtaHostName ?? filter.hostName }
    return name == "HOSTNAME" ? filter.hostName : name
  }

  /// The authserv-id as it is written.
  var authservID: String {
    guard configuration.results.authservIDWithJobID, let jobID else { return authservName }
    return authservName + "/" + jobID
  }

  func line(_ event: LogEvent) -> LogLine { LogLine(event, jobID: jobID) }

  /// What an action comes to.
  func verdict(_ action: Action, _ refusal: Refusal) -> Verdict {
    guard action == .quarantine else { return Verdict(reply: refusal.reply(to: action)) }
    let isIgnored =
      configuration.oldBehaviour.contains(.ignoreQuarantine) && !configuration.actions.captureUnknownErrors
    if isIgnored { return Verdict(reply: .accept) }
    guard connection.canQuarantine else {
      // Somebody wants this message held back, so it is not let through.
      var verdict = Verdict(reply: refusal.reply(to: .tempfail))
      verdict.log = [line(.cannotQuarantine)]
      return verdict
    }
    var verdict = Verdict(reply: .accept)
    verdict.quarantine = refusal.text
    return verdict
  }

  func insertion(_ name: String, _ value: String) -> HeaderEdit {
    .insert(index: 0, name: name, value: FieldText.sent(value, leadingSpace: connection.leadingSpace))
  }

  /// DKIM-Filter, where `SoftwareHeader` asks for it.
  var softwareField: HeaderEdit? {
    guard configuration.results.softwareHeader else { return nil }
    let host = LogText.printable(mtaHostName ?? filter.hostName)
    let job = LogText.printable(jobID ?? LogLine.unknownJob)
    return insertion("DKIM-Filter", "\(Product.name) v\(Product.version) \(host) \(job)")
  }
}

/// What the program calls itself in mail and logs.
public enum Product {
  public static let name = "dkim-milter"
  public static let version = "0.1.0"
}

extension Configuration {
  /// Recipients are looked at by a rule.
  var needsRecipients: Bool { origin.dontSignMailTo != nil || signing.bodyLengthDB != nil }

  /// `MaximumHeaders`, and what no header section may exceed.
  var headerLimits: MessageHeader.Limits {
    var limits = verification.policy.headerLimits
    if self.limits.maximumHeaders > 0 { limits.octets = min(self.limits.maximumHeaders, Self.mostHeaderOctets) }
    return limits
  }

  private static let mostHeaderOctets = 16 << 20
}
