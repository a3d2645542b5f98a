internal import Glibc

/// Whether the MTA gets at the socket.
extension ConfigurationDraft {
  mutating func checkSocket(_ system: CheckSystem) {
    guard settings.entry("Socket") != nil else {
      problems.add(
        ConfigurationProblem(
          .warning, at: system.file.map { SourcePlace(file: $0) },
          "milter socket must be specified: the filter starts only with -p or with a socket of the service manager",
          fix: "add Socket inet:8891@localhost"))
      return
    }
    let path: String
    switch configuration.process.socket {
    case .unix(let name): path = name
    case .inet(_, let host): return checkHost(host, isIPv6: false, of: "Socket", system)
    case .inet6(_, let host): return checkHost(host, isIPv6: true, of: "Socket", system)
    case nil: return
    }
    if isSocketBarePort {
      complain(
        .warning, about: "Socket", "Socket \(path) is treated as the path of a file",
        fix: "write inet:\(path)@localhost for a port, or ./\(path) for a file")
      return
    }
    guard path.utf8.count <= SocketSpecification.longestPath else {
      complain(
        about: "Socket", "Socket \(path): \(SocketSpecificationError.pathTooLong(path))",
        fix: "put it into a folder with a shorter name")
      return
    }
    checkFolder(of: path, system)
  }

  /// The milter protocol has no authentication, and the filter believes the MTA about the client.
  mutating func checkExposure() {
    guard configuration.origin.allowConnectionsFrom == nil, let socket = configuration.process.socket,
      let host = socket.exposedHost, let local = socket.onLoopback, configuration.roles.contains(.sign)
    else { return }
    if case .none = configuration.signing.keys { return }
    complain(
      .warning, about: "Socket",
      "Socket \(socket): any host that can reach \(host) can have any mail signed for your domains",
      fix: "write Socket \(local); or name the hosts of your MTAs in AllowConnectionsFrom")
  }

  /// A number: a port without the rest of its socket.
  var isSocketBarePort: Bool {
    settings.text("Socket").map { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } } ?? false
  }

  private mutating func checkFolder(of path: String, _ system: CheckSystem) {
    let place = outside(path)
    let folder = FileAccess.parent(of: place)
    // A socket that Postfix cannot see has to be elsewhere in any case, so there is no other fix.
    let elsewhere = system.postfix.flatMap { Self.isHidden(path, from: $0) ? Self.placeInChroot($0) : nil }
    switch BoundedFile.status(folder) {
    case .failure(let error):
      complain(about: "Socket", "Socket \(path): \(folder): \(error)", fix: elsewhere ?? making(folder))
    case .success(let status) where status.st_mode & S_IFMT != S_IFDIR:
      complain(about: "Socket", "Socket \(path): \(folder) is no directory")
    case .success(let status):
      checkOwnAccess(folder, status, elsewhere: elsewhere, system)
      if elsewhere == nil { checkAccess(of: "postfix", to: place, status, system) }
    }
  }

  /// Commands that make a folder for the filter alone.
  private func making(_ folder: String) -> String {
    let quoted = ShellWord.quoted(folder)
    return "mkdir -m o-rwx \(quoted)" + (owner.map { " && chown \($0): \(quoted)" } ?? "")
  }

  /// A folder in which nobody else keeps anything may be given to the filter; `/run` or a home may not.
  private func mayBeGiven(_ folder: String, _ account: AccountDirectory.Account) -> Bool {
    let name = folder.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return name.contains("dkim") || name == account.name
  }

  /// Where the socket should be instead.
  private func move(from folder: String) -> String {
    let own = (folder == "/" ? "" : folder) + "/opendkim"
    return "\(making(own)), and write Socket local:\(own)/opendkim.sock"
  }

  mutating func checkHost(_ host: String?, isIPv6: Bool, of name: String, _ system: CheckSystem) {
    guard let host, !system.hasAddress(host, isIPv6) else { return }
    let (kind, other) = isIPv6 ? ("IPv6", "inet") : ("IPv4", "inet6")
    complain(
      about: name, "\(name): \(SettingText.shown(host)) has no \(kind) address",
      fix: "write an address of this machine, or \(other): where its address is of the other kind")
  }

  /// Who the socket will belong to.
  private var owner: String? { configuration.process.userID?.user }

  /// The socket is made when the rights of root are gone.
  ///
  /// - Parameter elsewhere: the fix for a socket that has to be in another folder.
  private mutating func checkOwnAccess(
    _ folder: String, _ status: stat, elsewhere: String?, _ system: CheckSystem
  ) {
    guard let user = configuration.process.userID, let account = system.accounts.identity(user) else { return }
    guard !FileAccess.allows(.write, status, account) || !FileAccess.allows(.search, status, account) else { return }
    let isReachable = FileAccess.obstacle(to: folder, for: account) == nil
    complain(
      about: "Socket", "\(account.name), whom UserID names, cannot make a socket in \(folder)",
      fix: elsewhere
        ?? (mayBeGiven(folder, account)
          ? "chown \(account.name): \(ShellWord.quoted(folder))" : move(from: isReachable ? folder : "/run")))
  }

  private mutating func checkAccess(of mta: String, to path: String, _ folder: stat, _ system: CheckSystem) {
    guard let reader = system.accounts.account(mta) else { return }
    if let obstacle = FileAccess.obstacle(to: path, for: reader) {
      let status = try? BoundedFile.status(obstacle).get()
      let group = status?.st_gid ?? 0
      // A directory that its group can search already needs no other mode.
      let mode = status.map { $0.st_mode & S_IXGRP != 0 } ?? false ? "" : "chmod g+x \(ShellWord.quoted(obstacle)) && "
      let isOwn = configuration.process.userID.flatMap { system.accounts.identity($0) }?.groups.contains(group) ?? false
      complain(
        .warning, about: "Socket", "\(mta) cannot get at \(path): it may not search \(obstacle)",
        // Nobody is to come into a group of the system's for the sake of a socket.
        fix: isOwn && group != 0
          ? "\(mode)adduser \(mta) \(system.accounts.groupName(group)), and restart Postfix"
          : move(from: "/run"))
      return
    }
    let creator = configuration.process.userID.flatMap { system.accounts.identity($0) }
    let mask = configuration.process.umask ?? 0o022
    // Those who connect need the right to write.
    let group = folder.st_mode & S_ISGID != 0 ? folder.st_gid : creator?.groups.first ?? getegid()
    let mayWrite = FileAccess.allows(
      .write, mode: 0o777 & ~mask, owner: creator?.uid ?? geteuid(), group: group, reader)
    guard !mayWrite else { return }
    let name = system.accounts.groupName(group)
    let open = mask & 0o020 != 0 ? "write UMask 007 and " : ""
    complain(
      .warning, about: settings.entry("UMask") != nil ? "UMask" : "Socket",
      "\(mta) cannot get at \(path): with UMask 0\(String(mask, radix: 8)) only "
        + (mask & 0o020 != 0 ? "\(creator?.name ?? "its owner")" : "the group \(name)") + " may write to it",
      fix: "\(open)adduser \(mta) \(name), and restart Postfix")
  }
}
