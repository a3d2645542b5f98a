extension Setting {
  // MARK: Settings that OpenDKIM does not have

  package static let dataSetTimeout = SettingKey<Int>(
    "DataSetTimeout", into: \.dataSets.timeLimit, additional: true,
    "Timeout, in seconds, for connecting to a data set server and getting a result; LDAP uses LDAPTimeout instead.")
  package static let dataSetCacheTTL = SettingKey<Int>(
    "DataSetCacheTTL", into: \.dataSets.cacheSeconds, additional: true,
    "How long, in seconds, results from data set servers are cached; 0 disables caching. \"Not found\" results are "
      + "cached for at most 5 seconds.")
  package static let dataSetCAFile = SettingKey<String?>(
    "DataSetCAFile", kind: .path, additional: true,
    "PEM file of CA certificates used to verify data set servers. Unset: the system's CA certificates; for LDAP, "
      + "TLS_CACERT in /etc/ldap/ldap.conf takes precedence.")
  package static let logFormat = SettingKey<LogFormat>(
    "LogFormat", into: \.log.format, additional: true,
    "Format of log lines that do not go to syslog: text, or one JSON object per line.")
  package static let logExplanation = SettingKey<Bool>(
    "LogExplanation", into: \.log.logExplanation, additional: true,
    "Log every step of each decision, with the setting, file and line; LogWhy logs only the lines that OpenDKIM logs.")
  package static let metricsSocket = SettingKey<String?>(
    "MetricsSocket", kind: .text("inet:PORT[@HOST] or inet6:PORT[@HOST]"), reload: false, additional: true,
    "Socket that serves metrics over HTTP in the Prometheus text format. Without HOST: the loopback address.")
  package static let metricsFile = SettingKey<String?>(
    "MetricsFile", kind: .path, additional: true,
    "File to which metrics are written every 15 seconds, in the Prometheus text format.")
  package static let allowConnectionsFrom = SettingKey<DataSetText?>(
    "AllowConnectionsFrom", additional: true,
    "Hosts that may connect if Socket is a TCP port: addresses and networks, written as in InternalHosts. Unset: any "
      + "host that can reach the port.")
  package static let shutdownTimeout = SettingKey<Int>(
    "ShutdownTimeout", into: \.process.shutdownTimeout, additional: true,
    "How long, in seconds, a shutdown waits for messages in progress.")
  package static let trustedNameservers = SettingKey<String?>(
    "TrustedNameservers", kind: .text("list of IP or IP@PORT"), additional: true,
    "DNS servers whose DNSSEC validation (the AD bit) is trusted, in addition to servers on this host.")
  package static let openDKIMCompatibility = SettingKey<String?>(
    "OpenDKIMCompatibility", kind: .text("list of words"), additional: true,
    "OpenDKIM behaviors to restore, bugs included, as a list of these words: "
      + OpenDKIMCompatibility.allCases.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: "; ") + ".")

  /// Settings that OpenDKIM does not have.
  static let additions: [any SettingRow] = [
    dataSetTimeout, dataSetCacheTTL, dataSetCAFile, logFormat, logExplanation, metricsSocket, metricsFile,
    allowConnectionsFrom, shutdownTimeout, trustedNameservers, openDKIMCompatibility,
  ]
}

/// A bug of OpenDKIM that an installation may depend on; its name in the setting `OpenDKIMCompatibility` restores it.
package enum OpenDKIMCompatibility: String, Sendable, Hashable, CaseIterable {
  case acceptDNSErrors = "accept-dns-errors"
  case acceptExpired = "accept-expired"
  case alwaysAddHidesUnsigned = "always-add-hides-unsigned"
  case ignoreMinimum = "ignore-minimum"
  case ignoreQuarantine = "ignore-quarantine"
  case malformedStopsSigning = "malformed-stops-signing"
  case reportFormat = "report-format"
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
    case .reportFormat:
      "failure reports have OpenDKIM's format instead of that of RFC 6591, are sent only for the signature that "
        + "decides about the message, and the failures to report are read from ro= instead of rr="
    case .verifyInternal: "On-NoSignature also applies to internal mail from domains that have no signing key"
    }
  }
}
