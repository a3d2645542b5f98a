internal import DKIMCore
internal import Glibc
internal import SystemSupport

/// Checks whether the filter can create its socket, and whether the MTA can connect to it.
extension ConfigurationDraft {
  mutating func checkSocket(_ system: CheckSystem) {
    guard settings.has(Setting.socket) else {
      problems.add(
        ConfigurationProblem(
          .warning, at: system.file.map { FileLocation(file: $0) },
          "milter socket must be specified: without Socket, the filter starts only with -p or with a socket from the "
            + "service manager",
          fix: "add Socket inet:8891@localhost"))
      return
    }
    let path: String
    switch configuration.process.socket {
    case .unix(let name): path = name
    case .inet(_, let host): return checkHost(host, isIPv6: false, of: Setting.socket, system)
    case .inet6(_, let host): return checkHost(host, isIPv6: true, of: Setting.socket, system)
    case nil: return
    }
    if isSocketBarePort {
      report(
        .warning, about: Setting.socket, "Socket \(path) is treated as the path of a unix socket",
        fix: "write inet:\(path)@localhost for a port, or ./\(path) for a unix socket")
      return
    }
    guard path.utf8.count <= SocketSpecification.longestPath else {
      report(
        about: Setting.socket, "Socket \(path): \(SocketSpecificationError.pathTooLong(path))",
        fix: "use a directory with a shorter path")
      return
    }
    checkFolder(of: path, system)
  }

  /// Warns if other hosts can connect to the socket: the milter protocol has no authentication, and the filter trusts
  /// what the MTA reports about the client.
  mutating func checkExposure() {
    guard configuration.origin.allowConnectionsFrom == nil, let socket = configuration.process.socket,
      let host = socket.exposedHost, let local = socket.onLoopback, configuration.roles.contains(.sign)
    else { return }
    if case .none = configuration.signing.keys { return }
    report(
      .warning, about: Setting.socket,
      "Socket \(socket): any host that can connect to \(host) can get any message signed for your domains",
      fix: "write Socket \(local), or list your MTAs in AllowConnectionsFrom")
  }

  /// True if Socket is only a number, which is probably meant as a port.
  var isSocketBarePort: Bool {
    settings[Setting.socket].map { $0.utf8.allSatisfy(ASCII.isDigit) } ?? false
  }

  private mutating func checkFolder(of path: String, _ system: CheckSystem) {
    let location = outside(path)
    let folder = FileAccess.parent(of: location)
    // A socket outside Postfix's chroot must be moved in any case, so there is no other fix.
    let elsewhere = system.postfix.flatMap { Self.isHidden(path, from: $0) ? Self.placeInChroot($0) : nil }
    switch SizeLimitedFile.status(folder) {
    case .failure(let error):
      report(about: Setting.socket, "Socket \(path): \(folder): \(error)", fix: elsewhere ?? making(folder))
    case .success(let status) where status.st_mode & S_IFMT != S_IFDIR:
      report(about: Setting.socket, "Socket \(path): \(folder) is not a directory", fix: "correct the path")
    case .success(let status):
      checkOwnAccess(folder, status, elsewhere: elsewhere, system)
      if elsewhere == nil { checkAccess(of: "postfix", to: location, status, system) }
    }
  }

  /// Commands that create a directory for the filter alone.
  private func making(_ folder: String) -> String {
    let quoted = ShellWord.quoted(folder)
    return "mkdir -m o-rwx \(quoted)" + (owner.map { " && chown \($0): \(quoted)" } ?? "")
  }

  /// True for a directory that is probably used by the filter alone, so that it can be given to the filter's user;
  /// false for `/run` or a home directory, for example.
  private func mayBeGiven(_ folder: String, _ account: AccountDirectory.Account) -> Bool {
    let name = folder.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return name.contains("dkim") || name == account.name
  }

  /// The suggested fix: a directory of its own for the socket.
  private func move(from folder: String) -> String {
    let own = (folder == "/" ? "" : folder) + "/opendkim"
    return "\(making(own)), and write Socket local:\(own)/opendkim.sock"
  }

  mutating func checkHost(_ host: String?, isIPv6: Bool, of setting: any SettingRow, _ system: CheckSystem) {
    guard let host, !system.hasAddress(host, isIPv6) else { return }
    let (kind, other) = isIPv6 ? ("IPv6", "inet") : ("IPv4", "inet6")
    report(
      about: setting, "\(setting.name): \(PrintableText.quoted(host)) has no \(kind) address",
      fix: "write an address of this machine, or use \(other): instead")
  }

  /// The user who will own the socket.
  private var owner: String? { configuration.process.userID?.user }

  /// Checks that the user in UserID can create the socket, which happens after root privileges are dropped.
  ///
  /// - Parameter elsewhere: the fix for a socket that must be in another directory.
  private mutating func checkOwnAccess(
    _ folder: String, _ status: stat, elsewhere: String?, _ system: CheckSystem
  ) {
    guard let user = configuration.process.userID, let account = system.accounts.identity(user) else { return }
    guard !FileAccess.allows(.write, status, account) || !FileAccess.allows(.search, status, account) else { return }
    let isReachable = FileAccess.firstUnsearchableParent(of: folder, for: account) == nil
    report(
      about: Setting.socket, "\(account.name), the user in UserID, cannot create a socket in \(folder)",
      fix: elsewhere
        ?? (mayBeGiven(folder, account)
          ? "chown \(account.name): \(ShellWord.quoted(folder))" : move(from: isReachable ? folder : "/run")))
  }

  private mutating func checkAccess(of mta: String, to path: String, _ folder: stat, _ system: CheckSystem) {
    guard let reader = system.accounts.account(mta) else { return }
    if let obstacle = FileAccess.firstUnsearchableParent(of: path, for: reader) {
      let status = try? SizeLimitedFile.status(obstacle).get()
      let group = status?.st_gid ?? 0
      // If the group can already search the directory, no chmod is needed.
      let mode = status.map { $0.st_mode & S_IXGRP != 0 } ?? false ? "" : "chmod g+x \(ShellWord.quoted(obstacle)) && "
      let isOwn = configuration.process.userID.flatMap { system.accounts.identity($0) }?.groups.contains(group) ?? false
      report(
        .warning, about: Setting.socket, "\(mta) cannot connect to \(path): it has no permission to search \(obstacle)",
        // Never suggest adding a user to a system group just for a socket.
        fix: isOwn && group != 0
          ? "\(mode)adduser \(mta) \(system.accounts.groupName(group)), and restart Postfix"
          : move(from: "/run"))
      return
    }
    let creator = configuration.process.userID.flatMap { system.accounts.identity($0) }
    let mask = configuration.process.umask ?? 0o022
    // Connecting needs write permission.
    let group = folder.st_mode & S_ISGID != 0 ? folder.st_gid : creator?.groups.first ?? getegid()
    let mayWrite = FileAccess.allows(
      .write, mode: 0o777 & ~mask, owner: creator?.uid ?? geteuid(), group: group, reader)
    guard !mayWrite else { return }
    let name = system.accounts.groupName(group)
    let open = mask & 0o020 != 0 ? "write UMask 007 and " : ""
    report(
      .warning, about: settings.has(Setting.umask) ? Setting.umask : Setting.socket,
      "\(mta) cannot connect to \(path): with UMask 0\(String(mask, radix: 8)) only "
        + (mask & 0o020 != 0 ? "\(creator?.name ?? "its owner")" : "the group \(name)") + " may write to it",
      fix: "\(open)adduser \(mta) \(name), and restart Postfix")
  }
}
