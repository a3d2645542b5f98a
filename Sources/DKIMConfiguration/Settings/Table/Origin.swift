extension SettingTable {
  /// Who a message comes from, and what is left alone.
  static let origin: [SettingDefinition] = [
    SettingDefinition(
      "Mode", .text("letters s and v"), default: "sv", flag: "-b",
      "What the filter does: s signs, v verifies; mail for the other role passes untouched."),
    SettingDefinition(
      "InternalHosts", .dataSet, default: "csl:127.0.0.1,::1",
      "Clients whose mail is signed: names, .domains, addresses, networks, with ! for exceptions; replaces the default."
    ),
    SettingDefinition(
      "PeerList", .dataSet, "Clients whose mail passes untouched; the same forms as InternalHosts."),
    SettingDefinition(
      "ExternalIgnoreList", .dataSet,
      "Clients that may send in the name of our domains without a line in the log; the same forms as InternalHosts."),
    SettingDefinition(
      "MTA", .dataSet, "Values of the macro {daemon_name} that make a message internal; letter case counts."),
    SettingDefinition(
      "MacroList", .dataSet,
      "Macros of the MTA, as NAME or NAME=VALUE|VALUE, that make a message internal; letter case counts."),
    SettingDefinition(
      "ExemptDomains", .dataSet, "Domains of senders whose mail is neither signed nor verified."),
    SettingDefinition(
      "DontSignMailTo", .dataSet, "Recipients: a message to any of them is accepted unsigned."),
    SettingDefinition(
      "SenderHeaders", .dataSet, default: "From",
      "Header fields that name the sender for whom is signed; the first one a message has counts."),
    SettingDefinition(
      "SenderMacro", .text("name of a macro"), "The macro of the MTA that names the sender instead of a header field."),
    SettingDefinition(
      "POPDBFile", .dataSet, reload: false,
      .accepted("POP before SMTP is not supported: name such clients in InternalHosts, or let them authenticate"),
      "Addresses of clients that have fetched mail of late and count as authenticated."),
    SettingDefinition(
      "DefaultSender", .text("address"), .refused("a message without a readable sender is never signed"),
      "The sender for messages that name none."),
    SettingDefinition(
      "ResignAll", .flag, default: "no", .refused("signing anew what was verified is not supported"),
      "Sign mail for ResignMailTo anew though its signatures are bad."),
    SettingDefinition(
      "ResignMailTo", .dataSet, .refused("signing anew what was verified is not supported"),
      "Recipients whose mail is verified and then signed anew."),
  ]
}
