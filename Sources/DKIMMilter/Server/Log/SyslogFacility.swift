/// A syslog facility (`SyslogFacility`).
struct SyslogFacility: Sendable, Hashable {
  /// The code of syslog(3), already shifted left by three bits.
  let code: Int

  static let mail = SyslogFacility(code: 2 << 3)

  private static let names = [
    "kern": 0, "user": 1, "mail": 2, "daemon": 3, "auth": 4, "security": 4, "syslog": 5, "lpr": 6, "news": 7,
    "uucp": 8, "cron": 9, "authpriv": 10, "ftp": 11, "local0": 16, "local1": 17, "local2": 18, "local3": 19,
    "local4": 20, "local5": 21, "local6": 22, "local7": 23,
  ]

  private init(code: Int) { self.code = code }

  /// Returns `nil` if there is no facility with this name. Letter case is ignored.
  init?(_ name: String) {
    guard let number = Self.names[name.lowercased()] else { return nil }
    code = number << 3
  }
}
