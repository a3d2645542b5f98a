internal import DKIMCore

/// Checks of the milter parameters in Postfix's main.cf.
extension ConfigurationDraft {
  mutating func checkPostfix(_ system: CheckSystem) {
    // A bare port number as Socket is already reported, with the socket to write.
    guard let postfix = system.postfix, let socket = configuration.process.socket, !isSocketBarePort else { return }
    let wanted = Self.endpoint(of: socket, postfix)
    checkMilters("smtpd_milters", socket, wanted, postfix)
    checkOthers(wanted, postfix)
    checkHandling(postfix)
  }

  private mutating func report(
    _ severity: ConfigurationProblem.Severity, _ postfix: PostfixConfiguration, _ name: String, _ text: String,
    fix: String
  ) {
    problems.add(ConfigurationProblem(severity, at: postfix.location(name), text, fix: fix))
  }

  private mutating func checkMilters(
    _ name: String, _ socket: SocketSpecification, _ wanted: String, _ postfix: PostfixConfiguration
  ) {
    if case .unix(let path) = socket, Self.isHidden(path, from: postfix) {
      report(
        .warning, about: Setting.socket,
        "Postfix's smtpd runs in a chroot and cannot connect to \(path), which is outside \(postfix.queueDirectory)",
        fix: Self.placeInChroot(postfix))
      // That fix includes the line for main.cf; no line in main.cf can name the current socket.
      return
    }
    let milters = postfix.milters(name)
    if milters.contains(where: { Self.names($0, socket, postfix) }) { return }
    let found = milters.isEmpty ? "names no milter" : "names \(milters.joined(separator: ", ")), but not this socket"
    report(
      .warning, postfix, name, "\(name) \(found): Postfix does not pass mail to the filter",
      fix: "write \(name) = \(wanted)")
  }

  private mutating func checkOthers(_ wanted: String, _ postfix: PostfixConfiguration) {
    if postfix.milters("non_smtpd_milters").isEmpty {
      report(
        .warning, postfix, "non_smtpd_milters",
        "non_smtpd_milters is not set: mail that is submitted with sendmail(1), such as mail from cron, is not signed",
        fix: "write non_smtpd_milters = $smtpd_milters")
    }
    if !(postfix.value("internal_mail_filter_classes") ?? "").contains("bounce") {
      report(
        .note, postfix, "internal_mail_filter_classes",
        "internal_mail_filter_classes does not include bounce: bounce messages are not signed",
        fix: "write internal_mail_filter_classes = bounce")
    }
  }

  private mutating func checkHandling(_ postfix: PostfixConfiguration) {
    switch postfix.value("milter_default_action") {
    case nil, "tempfail":
      report(
        .note, postfix, "milter_default_action",
        "milter_default_action is tempfail: mail is deferred while the filter is down",
        fix: "write milter_default_action = accept if mail should instead be accepted, unsigned and not verified")
    case "accept", "quarantine", "shutdown": break
    case "reject":
      report(
        .warning, postfix, "milter_default_action",
        "milter_default_action is reject: mail is rejected while the filter is down",
        fix: "write milter_default_action = accept or tempfail")
    case .some(let action):
      report(
        .warning, postfix, "milter_default_action", "milter_default_action \(PrintableText.quoted(action)) is unknown",
        fix: "write milter_default_action = accept or tempfail")
    }
    if let version = postfix.value("milter_protocol"), version != "6" {
      report(
        .warning, postfix, "milter_protocol",
        "milter_protocol is \(PrintableText.quoted(version)), an outdated version; the current version is 6",
        fix: "write milter_protocol = 6, or remove the line")
    }
    if let macros = postfix.value("milter_mail_macros"), !macros.contains("auth_type") {
      report(
        .warning, postfix, "milter_mail_macros",
        "milter_mail_macros does not include {auth_type}: mail from authenticated clients is not signed",
        fix: "add {auth_type}, or remove the line")
    }
  }

  /// True for a socket outside the chroot that smtpd runs in.
  static func isHidden(_ path: String, from postfix: PostfixConfiguration) -> Bool {
    postfix.isSMTPDChrooted && below(postfix.queueDirectory, path) == nil
  }

  /// The suggested fix: the lines for a socket that smtpd can reach from its chroot.
  static func placeInChroot(_ postfix: PostfixConfiguration) -> String {
    "write Socket local:\(postfix.queueDirectory)/opendkim/opendkim.sock, and in main.cf "
      + "smtpd_milters = unix:opendkim/opendkim.sock"
  }

  /// The socket as it is written in main.cf.
  static func endpoint(of socket: SocketSpecification, _ postfix: PostfixConfiguration) -> String {
    switch socket {
    case .inet(let port, let host): "inet:\(host ?? "localhost"):\(port)"
    case .inet6(let port, let host): "inet:[\(host ?? "::1")]:\(port)"
    case .unix(let path): "unix:" + (below(postfix.queueDirectory, path) ?? path)
    }
  }

  /// The path relative to a directory; `nil` if it is not below the directory.
  static func below(_ folder: String, _ path: String) -> String? {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
  }

  private static func names(_ milter: String, _ socket: SocketSpecification, _ postfix: PostfixConfiguration) -> Bool {
    switch socket {
    // Compares only the port: whether host names are equivalent can only be found out with DNS.
    case .inet(let port, _), .inet6(let port, _):
      return !milter.hasPrefix("unix:") && milter.split(separator: ":").last.map { $0 == "\(port)" } ?? false
    case .unix(let path):
      guard milter.hasPrefix("unix:") else { return false }
      let named = String(milter.dropFirst(5))
      if named.hasPrefix("/"), !postfix.isSMTPDChrooted { return named == path }
      return postfix.queueDirectory + (named.hasPrefix("/") ? "" : "/") + named == path
    }
  }
}
