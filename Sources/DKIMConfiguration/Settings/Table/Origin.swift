extension Setting {
  // MARK: Settings for the origin of messages, and for messages that are neither signed nor verified

  package static let mode = SettingKey<String?>(
    "Mode", kind: .text("letters s and v"), unset: "sv", flag: "-b",
    "Operating modes: s signs, v verifies; mail for a mode that is not listed is accepted unchanged.")
  package static let internalHosts = SettingKey<DataSetText?>(
    "InternalHosts", unset: "csl:127.0.0.1,::1",
    "Clients whose mail is signed: host names, .domains, addresses, networks, with ! for exceptions; replaces the "
      + "default.")
  package static let peerList = SettingKey<DataSetText?>(
    "PeerList", "Clients whose mail is accepted unchanged, written as in InternalHosts.")
  package static let externalIgnoreList = SettingKey<DataSetText?>(
    "ExternalIgnoreList",
    "Clients that may send unsigned mail from signing domains without being logged, written as in InternalHosts.")
  package static let mta = SettingKey<DataSetText?>(
    "MTA", "Values of the MTA macro {daemon_name} that make a message internal (case-sensitive).")
  package static let macroList = SettingKey<DataSetText?>(
    "MacroList", "MTA macros that make a message internal, written NAME or NAME=VALUE|VALUE (case-sensitive).")
  package static let exemptDomains = SettingKey<DataSetText?>(
    "ExemptDomains", "Sender domains whose mail is neither signed nor verified.")
  package static let dontSignMailTo = SettingKey<DataSetText?>(
    "DontSignMailTo", "Recipients whose mail is not signed; one matching recipient of a message suffices.")
  package static let senderHeaders = SettingKey<DataSetText?>(
    "SenderHeaders", unset: "From",
    "Header fields searched, in order, for the address that decides who signs; the first field that exists is used.")
  package static let senderMacro = SettingKey<String?>(
    "SenderMacro", kind: .text("macro name"), "MTA macro that contains the sender, used instead of a header field.")
  package static let defaultSender = SettingKey<String?>(
    "DefaultSender", kind: .text("address"),
    "Address that decides who signs a message from an internal client if no sender can be read from it. The message "
      + "must have a From field.")
  package static let resignMailTo = SettingKey<DataSetText?>(
    "ResignMailTo",
    "Recipients whose mail is signed again if one of its signatures passes: addresses, domains and .domains, each with "
      + "the name of a KeyTable row. Without KeyTable, KeyFile signs for the recipient's domain. Mail from an "
      + "external client whose From domain has the same last two labels as the signing domain is signed again only if "
      + "its own domain has signed it.")
  package static let resignAll = SettingKey<Bool>(
    "ResignAll", into: \.signing.resignsAll,
    "Also sign mail to ResignMailTo that is unsigned or has only bad signatures, whatever its From field says.")
  package static let popDBFile = SettingKey<DataSetText?>(
    "POPDBFile", "IP addresses of clients that recently fetched mail (POP before SMTP); their mail is signed.")

  /// Settings for the origin of messages, and for messages that are neither signed nor verified.
  static let origin: [any SettingRow] = [
    mode, internalHosts, peerList, externalIgnoreList, mta, macroList, exemptDomains, dontSignMailTo, senderHeaders,
    senderMacro, defaultSender, popDBFile, resignMailTo, resignAll,
  ]
}
