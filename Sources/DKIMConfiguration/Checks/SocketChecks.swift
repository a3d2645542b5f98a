internal import Glibc

/// Whether the MTA gets at the socket.
extension ConfigurationDraft {
  mutating func checkSocket(_ system: CheckSystem) {
    guard settings.entry("Socket") != nil else {
      problems.add(
        ConfigurationProblem(
          .error, at: system.file.map { SourcePlace(file: $0) }, "milter socket must be specified",
          mend: "add Socket inet:8891@localhost"))
      return
    }
    let path: String
    switch configuration.process.socket {
    case .unix(let name): path = name
    case .inet(_, let host): return checkHost(host, isIPv6: false, system)
    case .inet6(_, let host): return checkHost(host, isIPv6: true, system)
    case nil: return
    }
    if let text = settings.text("Socket"), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      complain(
        .warning, about: "Socket", "Socket \(text) is taken for the path of a file",
        mend: "write inet:\(text)@localhost where a port is meant")
    }
    let folder = FileAccess.parent(of: path)
    switch BoundedFile.status(folder) {
    case .failure(let error):
      complain(
        about: "Socket", "Socket \(path): \(folder): \(error)",
        mend:
          "mkdir -m o-rwx \(ShellWord.quoted(folder))\(owner.map { " && chown \($0): \(ShellWord.quoted(folder))" } ?? "")"
      )
    case .success(let status) where status.st_mode & S_IFMT != S_IFDIR:
      complain(about: "Socket", "Socket \(path): \(folder) is no directory")
    case .success(let status):
      checkOwnAccess(folder, status, system)
      checkAccess(of: "postfix", to: path, status, system)
    }
  }

  private mutating func checkHost(_ host: String?, isIPv6: Bool, _ system: CheckSystem) {
    guard let host, !system.hasAddress(host, isIPv6) else { return }
    let (kind, other) = isIPv6 ? ("IPv6", "inet") : ("IPv4", "inet6")
    complain(
      about: "Socket", "Socket: \(SettingText.shown(host)) has no \(kind) address",
      mend: "write an address of this machine, or \(other): where its address is of the other kind")
  }

  /// Who the socket will belong to.
  private var owner: String? { configuration.process.userID?.user }

  /// The socket is made when the rights of root are gone.
  private mutating func checkOwnAccess(_ folder: String, _ status: stat, _ system: CheckSystem) {
    guard let user = configuration.process.userID, let account = system.accounts.identity(user) else { return }
    guard !FileAccess.allows(.write, status, account) || !FileAccess.allows(.search, status, account) else { return }
    complain(
      about: "Socket", "\(account.name), whom UserID names, cannot make a socket in \(folder)",
      mend: "chown \(account.name): \(ShellWord.quoted(folder))")
  }

  private mutating func checkAccess(of mta: String, to path: String, _ folder: stat, _ system: CheckSystem) {
    guard let reader = system.accounts.account(mta) else { return }
    if let obstacle = FileAccess.obstacle(to: path, for: reader) {
      let group = (try? BoundedFile.status(obstacle).get()).map { system.accounts.groupName($0.st_gid) }
      complain(
        .warning, about: "Socket", "\(mta) cannot get at \(path): it may not search \(obstacle)",
        mend: "chmod g+x \(ShellWord.quoted(obstacle)) && adduser \(mta) \(group ?? "GROUP"), and restart Postfix")
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
      mend: "\(open)adduser \(mta) \(name), and restart Postfix")
  }
}
