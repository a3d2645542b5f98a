/// What main.cf says about milters.
extension ConfigurationDraft {
  mutating func checkPostfix(_ system: CheckSystem) {
    // A port number that is meant as a socket is reported already, with the socket to write.
    guard let postfix = system.postfix, let socket = configuration.process.socket, !isSocketBarePort else { return }
    let wanted = Self.endpoint(of: socket, postfix)
    checkMilters("smtpd_milters", socket, wanted, postfix)
    checkOthers(wanted, postfix)
    checkHandling(postfix)
  }

  private mutating func complain(
    _ severity: ConfigurationProblem.Severity, _ postfix: PostfixConfiguration, _ name: String, _ text: String,
    fix: String
  ) {
    problems.add(ConfigurationProblem(severity, at: postfix.place(name), text, fix: fix))
  }

  private mutating func checkMilters(
    _ name: String, _ socket: SocketSpecification, _ wanted: String, _ postfix: PostfixConfiguration
  ) {
    if case .unix(let path) = socket, Self.isHidden(path, from: postfix) {
      complain(
        .warning, about: "Socket",
        "Postfix's smtpd runs in a chroot and sees nothing outside of \(postfix.queueDirectory), where \(path) is not",
        fix: Self.placeInChroot(postfix))
      // The line that main.cf needs is in that fix; for the socket as it is now there is none.
      return
    }
    let milters = postfix.milters(name)
    if milters.contains(where: { Self.names($0, socket, postfix) }) { return }
    let found = milters.isEmpty ? "names no milter" : "names \(milters.joined(separator: ", ")) and not this socket"
    complain(.warning, postfix, name, "\(name) \(found): Postfix sends no mail here", fix: "write \(name) = \(wanted)")
  }

  private mutating func checkOthers(_ wanted: String, _ postfix: PostfixConfiguration) {
    if postfix.milters("non_smtpd_milters").isEmpty {
      complain(
        .warning, postfix, "non_smtpd_milters",
        "non_smtpd_milters is not set: mail from sendmail(1), cron and mail programs on this machine is not signed",
        fix: "write non_smtpd_milters = $smtpd_milters")
    }
    if !(postfix.value("internal_mail_filter_classes") ?? "").contains("bounce") {
      complain(
        .note, postfix, "internal_mail_filter_classes", "bounces are not signed",
        fix: "write internal_mail_filter_classes = bounce")
    }
  }

  private mutating func checkHandling(_ postfix: PostfixConfiguration) {
    switch postfix.value("milter_default_action") {
    case nil, "tempfail":
      complain(
        .note, postfix, "milter_default_action", "mail is put off while the filter is down",
        fix: "write milter_default_action = accept to have it pass, unsigned and not verified")
    case "accept", "quarantine", "shutdown": break
    case "reject":
      complain(
        .warning, postfix, "milter_default_action", "mail is rejected while the filter is down",
        fix: "write milter_default_action = accept or tempfail")
    case .some(let action):
      complain(
        .warning, postfix, "milter_default_action", "milter_default_action \(SettingText.shown(action)) is unknown",
        fix: "write milter_default_action = accept or tempfail")
    }
    if let version = postfix.value("milter_protocol"), version != "6" {
      complain(
        .warning, postfix, "milter_protocol",
        "milter_protocol is \(SettingText.shown(version)), and 6 is the version of now",
        fix: "write milter_protocol = 6, or remove the line")
    }
    if let macros = postfix.value("milter_mail_macros"), !macros.contains("auth_type") {
      complain(
        .warning, postfix, "milter_mail_macros",
        "milter_mail_macros has no {auth_type}: mail of clients that authenticate is not signed",
        fix: "add {auth_type}, or remove the line")
    }
  }

  /// True for a socket outside of the chroot that smtpd runs in.
  static func isHidden(_ path: String, from postfix: PostfixConfiguration) -> Bool {
    postfix.isSMTPDChrooted && below(postfix.queueDirectory, path) == nil
  }

  /// What to write for a socket that smtpd sees from its chroot.
  static func placeInChroot(_ postfix: PostfixConfiguration) -> String {
    "write Socket local:\(postfix.queueDirectory)/opendkim/opendkim.sock, and in main.cf "
      + "smtpd_milters = unix:opendkim/opendkim.sock"
  }

  /// How main.cf has to name a socket.
  static func endpoint(of socket: SocketSpecification, _ postfix: PostfixConfiguration) -> String {
    switch socket {
    case .inet(let port, let host): "inet:\(host ?? "localhost"):\(port)"
    case .inet6(let port, let host): "inet:[\(host ?? "::1")]:\(port)"
    case .unix(let path): "unix:" + (below(postfix.queueDirectory, path) ?? path)
    }
  }

  /// The path from a folder; `nil` where it is not below it.
  static func below(_ folder: String, _ path: String) -> String? {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
  }

  private static func names(_ milter: String, _ socket: SocketSpecification, _ postfix: PostfixConfiguration) -> Bool {
    switch socket {
    // Which names lead to which address only DNS knows.
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
