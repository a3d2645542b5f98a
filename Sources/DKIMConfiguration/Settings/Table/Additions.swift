extension SettingTable {
  /// Settings that OpenDKIM does not have.
  static let additions: [SettingDefinition] = [
    SettingDefinition(
      "DataSetTimeout", .integer, default: "5", ours: true,
      "Timeout, in seconds, for connecting to a data set server and getting a result; LDAP uses LDAPTimeout instead."),
    SettingDefinition(
      "DataSetCacheTTL", .integer, default: "30", ours: true,
      "How long, in seconds, results from data set servers are cached; 0 disables caching. \"Not found\" results are "
        + "cached for at most 5 seconds."),
    SettingDefinition(
      "DataSetCAFile", .path, ours: true,
      "PEM file of CA certificates used to verify data set servers. Unset: the system's CA certificates; for LDAP, "
        + "TLS_CACERT in /etc/ldap/ldap.conf takes precedence."),
    SettingDefinition(
      "LogFormat", .choice(["text", "json"]), default: "text", ours: true,
      "Format of log lines that do not go to syslog: text, or one JSON object per line."),
    SettingDefinition(
      "LogExplanation", .flag, default: "no", ours: true,
      "Log every step of each decision, with the setting, file and line; LogWhy logs only the lines that OpenDKIM logs."
    ),
    SettingDefinition(
      "MetricsSocket", .text("inet:PORT[@HOST] or inet6:PORT[@HOST]"), reload: false, ours: true,
      "Socket that serves metrics over HTTP in the Prometheus text format. Without HOST: the loopback address."),
    SettingDefinition(
      "MetricsFile", .path, ours: true,
      "File to which metrics are written every 15 seconds, in the Prometheus text format."),
    SettingDefinition(
      "AllowConnectionsFrom", .dataSet, ours: true,
      "Hosts that may connect if Socket is a TCP port: addresses and networks, written as in InternalHosts. Unset: any "
        + "host that can reach the port."),
    SettingDefinition(
      "ShutdownTimeout", .integer, default: "30", ours: true,
      "How long, in seconds, a shutdown waits for messages in progress."),
    SettingDefinition(
      "TrustedNameservers", .text("list of IP or IP@PORT"), ours: true,
      "DNS servers whose DNSSEC validation (the AD bit) is trusted, in addition to servers on this host."),
    SettingDefinition(
      "OpenDKIMCompatibility", .text("list of words"), ours: true,
      "OpenDKIM behaviors to restore, bugs included, as a list of these words: "
        + OpenDKIMCompatibility.allCases.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: "; ") + "."),
  ]
}

/// A bug of OpenDKIM that an installation may depend on; its name in the setting `OldBehaviour` restores it.
package enum OpenDKIMCompatibility: String, Sendable, Hashable, CaseIterable {
  case acceptDNSErrors = "accept-dns-errors"
  case acceptExpired = "accept-expired"
  case alwaysAddHidesUnsigned = "always-add-hides-unsigned"
  case ignoreMinimum = "ignore-minimum"
  case ignoreQuarantine = "ignore-quarantine"
  case malformedStopsSigning = "malformed-stops-signing"
  case verifyInternal = "verify-internal"

  /// The behavior that is restored, as a clause.
  package var meaning: String {
    switch self {
    case .acceptDNSErrors: "mail is accepted without a result if the key lookup fails, whatever On-DNSError says"
    case .acceptExpired: "On-BadSignature does not apply to signatures that are expired or dated in the future"
    case .alwaysAddHidesUnsigned: "AlwaysAddARHeader disables On-NoSignature"
    case .ignoreMinimum: "Minimum has no effect"
    case .ignoreQuarantine: "the action quarantine has no effect without CaptureUnknownErrors"
    case .malformedStopsSigning: "a message that has a malformed signature is not signed"
    case .verifyInternal: "On-NoSignature also applies to internal mail from domains that have no signing key"
    }
  }
}
