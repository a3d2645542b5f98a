import DKIMConfiguration
import Milter

/// What the filter requests from MTAs with one configuration.
struct FilterRequirements: Sendable {
  let negotiation: MilterRequirements

  init(_ policy: MailPolicy) {
    let configuration = policy.configuration
    var required: MilterActions = [.addHeaders]
    if configuration.removesFields { required.insert(.changeHeaders) }
    // A message that cannot be redirected would reach its recipients, so MTAs that do not offer this are refused.
    if configuration.actions.redirectFailuresTo != nil, configuration.roles.contains(.verify) {
      required.formUnion([.addRecipients, .deleteRecipients])
    }
    var wanted: MilterActions = []
    if policy.quarantines { wanted.insert(.quarantine) }
    if configuration.scripts.final != nil {
      wanted.formUnion([.quarantine, .changeHeaders, .addRecipients, .deleteRecipients])
    }
    let extra =
      configuration.origin.macroList.map(\.name) + [configuration.origin.senderMacro].compactMap(\.self)
      + configuration.scripts.macros
    negotiation = MilterRequirements(
      requiredActions: required, wantedActions: wanted, protocolOptions: Self.protocolOptions(configuration),
      symbolLists: Self.symbolLists(extra))
  }

  /// DATA is requested and answered, because on TCP the MTA's header would otherwise wait for a delayed
  /// acknowledgement.
  private static func protocolOptions(_ configuration: Configuration) -> MilterProtocolOptions {
    var options: MilterProtocolOptions = [
      .noHelo, .noUnknown, .noReplyMail, .noReplyRecipient, .noReplyHeader, .skip, .headerLeadingSpace,
    ]
    if configuration.origin.peerList == nil { options.insert(.noReplyConnect) }
    if !configuration.needsRecipients { options.insert(.noRecipients) }
    // When signing, the whole body is needed.
    if !configuration.roles.contains(.verify) { options.insert(.noReplyBody) }
    return options
  }

  /// Without `j` and `{auth_type}`, forged results would not be removed and internal mail would not be signed, so these
  /// macros are requested whatever the MTA's configuration is. A list replaces the MTA's own list, so it also contains
  /// the macros that the MTA sends by default.
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
  /// True if header fields may be deleted.
  fileprivate var removesFields: Bool {
    roles.contains(.verify) && !results.keepAuthResults
      || roles.contains(.sign)
        && (signing.removeOldSignatures || signing.identityHeader != nil && signing.removesIdentityHeader
          || signing.vouching.purgesFields)
  }
}
