extension SettingTable {
  /// What OpenDKIM does not have.
  static let additions: [SettingDefinition] = [
    SettingDefinition(
      "DataSetTimeout", .integer, default: "5", ours: true,
      "Seconds within which the server of a data set is connected to and has answered; LDAP has LDAPTimeout."),
    SettingDefinition(
      "DataSetCacheTTL", .integer, default: "30", ours: true,
      "Seconds for which an answer of such a server is used again; 0: never. That there is no row is believed for at "
        + "most five."),
    SettingDefinition(
      "DataSetCAFile", .path, ours: true,
      "PEM file of CA certificates used to verify data set servers. Unset: the system's; for LDAP, TLS_CACERT of "
        + "/etc/ldap/ldap.conf comes first."),
    SettingDefinition(
      "LogFormat", .choice(["text", "json"]), default: "text", ours: true,
      "What lines on standard error look like where Syslog is off: text, or JSON objects."),
    SettingDefinition(
      "LogExplanation", .flag, default: "no", ours: true,
      "Log every step of each decision, with the setting, file and line; LogWhy logs OpenDKIM's own lines."),
    SettingDefinition(
      "MetricsSocket", .text("inet:PORT[@HOST] or inet6:PORT[@HOST]"), reload: false, ours: true,
      "Where counters can be fetched over HTTP, in the text form of Prometheus; without a host on loopback."),
    SettingDefinition(
      "MetricsFile", .path, ours: true, "The file that the same counters are written to, once in fifteen seconds."),
    SettingDefinition(
      "AllowConnectionsFrom", .dataSet, ours: true,
      "Hosts that may connect to a TCP Socket: addresses and networks, in the same forms as in InternalHosts. Unset: any "
        + "host that can reach the port."),
    SettingDefinition(
      "ShutdownTimeout", .integer, default: "30", ours: true,
      "Seconds that messages on their way have to finish when the filter is told to end."),
    SettingDefinition(
      "TrustedNameservers", .text("list of IP or IP@PORT"), ours: true,
      "DNS servers whose word on DNSSEC (the AD bit) is believed, as that of servers on this machine is."),
    SettingDefinition(
      "OldBehaviour", .text("list of words"), ours: true,
      "What is to be as it was in OpenDKIM, fault or not: "
        + OldBehaviour.allCases.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: "; ") + "."),
  ]
}

/// What somebody may depend on though it was a fault of OpenDKIM; a word of `OldBehaviour` keeps it.
public enum OldBehaviour: String, Sendable, Hashable, CaseIterable {
  case acceptDNSErrors = "accept-dns-errors"
  case acceptExpired = "accept-expired"
  case alwaysAddHidesUnsigned = "always-add-hides-unsigned"
  case ignoreMinimum = "ignore-minimum"
  case ignoreQuarantine = "ignore-quarantine"
  case malformedStopsSigning = "malformed-stops-signing"
  case verifyInternal = "verify-internal"

  /// What it keeps.
  public var meaning: String {
    switch self {
    case .acceptDNSErrors: "mail whose key cannot be asked for passes without a result, whatever On-DNSError says"
    case .acceptExpired: "On-BadSignature does not apply to signatures that are expired or from the future"
    case .alwaysAddHidesUnsigned: "AlwaysAddARHeader turns On-NoSignature off"
    case .ignoreMinimum: "Minimum has no effect"
    case .ignoreQuarantine: "the action quarantine does nothing without CaptureUnknownErrors"
    case .malformedStopsSigning: "a malformed signature in a message keeps it from being signed"
    case .verifyInternal: "On-NoSignature applies to internal mail from domains that are not signed"
    }
  }
}
