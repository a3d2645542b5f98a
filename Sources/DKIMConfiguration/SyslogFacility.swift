/// A syslog facility. (`SyslogFacility`)
package enum SyslogFacility: String, Sendable, Hashable, CaseIterable {
  case auth, authpriv, cron, daemon, ftp, kern, local0, local1, local2, local3, local4, local5, local6, local7, lpr
  case mail, news, security, syslog, user, uucp

  /// The code of syslog(3), already shifted left by three bits.
  package var code: Int {
    let number =
      switch self {
      case .kern: 0
      case .user: 1
      case .mail: 2
      case .daemon: 3
      case .auth, .security: 4
      case .syslog: 5
      case .lpr: 6
      case .news: 7
      case .uucp: 8
      case .cron: 9
      case .authpriv: 10
      case .ftp: 11
      case .local0: 16
      case .local1: 17
      case .local2: 18
      case .local3: 19
      case .local4: 20
      case .local5: 21
      case .local6: 22
      case .local7: 23
      }
    return number << 3
  }

  /// Returns `nil` if there is no facility with this name. Letter case is ignored.
  package init?(_ name: String) { self.init(rawValue: name.lowercased()) }
}
