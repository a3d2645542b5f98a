import DKIMConfiguration
import Milter

/// What the filter wants from MTAs under one configuration.
struct FilterWishes: Sendable {
  let wishes: MilterWishes
  /// The macros that are looked at, without braces.
  let macros: [String]

  init(_ filter: Filter) {
    let configuration = filter.configuration
    var required: MilterActions = [.addHeaders]
    if configuration.removesFields { required.insert(.changeHeaders) }
    var wanted: MilterActions = []
    if filter.quarantines { wanted.insert(.quarantine) }
    let extra = configuration.origin.macroList.map(\.name) + [configuration.origin.senderMacro].compactMap(\.self)
    macros = ["i", "j", "daemon_name", "auth_type"] + extra
    wishes = MilterWishes(
      requiredActions: required, wantedActions: wanted, steps: Self.steps(configuration),
      symbolLists: Self.symbolLists(extra))
  }

  /// DATA is asked for, and answered: on TCP the MTA's header would wait for a delayed acknowledgement otherwise.
  private static func steps(_ configuration: Configuration) -> MilterSteps {
    var steps: MilterSteps = [
      .noHelo, .noUnknown, .noReplyMail, .noReplyRecipient, .noReplyHeader, .skip, .headerLeadingSpace,
    ]
    if configuration.origin.peerList == nil { steps.insert(.noReplyConnect) }
    if !configuration.needsRecipients { steps.insert(.noRecipients) }
    // Who only signs never has enough of a body.
    if !configuration.roles.contains(.verify) { steps.insert(.noReplyBody) }
    return steps
  }

  /// Without `j` and `{auth_type}`, forged results would stay and mail of ours be unsigned, so that they are requested
  /// whatever the configuration of the MTA says. A list replaces the MTA's own, and has what it sends by itself.
  private static func symbolLists(_ names: [String]) -> [MilterStage: [String]] {
    let extra = names.map(braced)
    return [
      .connect: ["j", "{daemon_name}", "{daemon_addr}", "v", "_"] + extra,
      .mail: ["i", "{auth_type}", "{auth_authen}", "{auth_author}", "{mail_addr}", "{mail_host}", "{mail_mailer}"]
        + extra,
      .endOfHeader: ["i", "{auth_type}"] + extra,
    ]
  }

  private static func braced(_ name: String) -> String { name.count == 1 ? name : "{\(name)}" }
}

extension Configuration {
  /// Fields of the message may be deleted.
  fileprivate var removesFields: Bool {
    roles.contains(.verify) && !results.keepAuthResults || roles.contains(.sign) && signing.removeOldSignatures
  }
}
