internal import Glibc

/// Users, folders and files that the process needs.
extension ConfigurationDraft {
  mutating func checkProcess(_ system: CheckSystem) {
    let process = configuration.process
    if let user = process.userID { checkUser(user, system) } else { checkRoot(system) }
    checkMask()
    if let path = process.pidFile { checkFolder(of: outside(path), "PidFile") }
    if let path = configuration.metrics.file { checkFolder(of: outside(path), "MetricsFile") }
    checkMetricsSocket(system)
    if let path = process.changeRootDirectory {
      checkIsFolder(path, "ChangeRootDirectory")
      if process.userID == nil {
        complain(
          .warning, about: "ChangeRootDirectory", "ChangeRootDirectory without UserID: root gets out of a chroot",
          fix: "add UserID")
      }
    }
    for name in ["AutoRestartCount", "AutoRestartRate"] where settings.entry(name) != nil && !process.autoRestart {
      complain(.warning, about: name, "\(name) has no effect without AutoRestart", fix: "add AutoRestart yes")
    }
  }

  /// Of a setting that a file has twice, the last line applies; the first is likely a mistake.
  mutating func checkRepeated() {
    let entries = settings.entries.filter { $0.definition.name != "Include" && $0.place != .commandLine }
    let lastOnes = Dictionary(entries.map { ($0.definition.name, $0) }) { $1 }
    for entry in entries {
      guard let last = lastOnes[entry.definition.name], last != entry else { continue }
      problems.add(
        ConfigurationProblem(
          .warning, at: entry.place, "\(entry.definition.name) is given again (\(last.place)): this line has no effect",
          fix: "remove one of the two lines"))
    }
  }

  /// Where a path of the filter's lies for this check, which is outside of ChangeRootDirectory.
  func outside(_ path: String) -> String {
    guard let root = configuration.process.changeRootDirectory, path.utf8.first == UInt8(ascii: "/") else {
      return path
    }
    return RelativePath.resolved(String(path.unicodeScalars.drop { $0 == "/" }), base: root)
  }

  /// What the filter would end with 69 for.
  private mutating func checkMetricsSocket(_ system: CheckSystem) {
    guard let socket = configuration.metrics.socket else { return }
    if socket == configuration.process.socket {
      complain(
        about: "MetricsSocket", "MetricsSocket is the same as Socket", fix: "choose another port, such as 9199")
    }
    switch socket {
    case .inet(_, let host): checkHost(host, isIPv6: false, of: "MetricsSocket", system)
    case .inet6(_, let host): checkHost(host, isIPv6: true, of: "MetricsSocket", system)
    case .unix: return
    }
  }

  private mutating func checkRoot(_ system: CheckSystem) {
    guard system.startsAsRoot else { return }
    problems.add(.runsAsRoot(file: system.file))
  }

  /// Whether keys can be asked for, as far as the configuration decides it.
  mutating func checkNameService(_ check: (DNSRules) -> (error: String?, warnings: [ConfigurationProblem])) {
    // A file that cannot be read is an error already.
    guard !problems.all.hasErrors else { return }
    let (error, warnings) = check(configuration.dns)
    for warning in warnings { problems.add(warning) }
    guard let why = error else { return }
    let names = ["TestPublicKeys", "ResolverConfiguration", "TrustAnchorFile", "Nameservers"]
    complain(about: names.first { settings.entry($0) != nil } ?? "Nameservers", why)
  }

  private mutating func checkMask() {
    guard let text = settings.text("UMask"), let mask = configuration.process.umask, mask > 7, !text.hasPrefix("0")
    else { return }
    let octal = "0" + String(mask, radix: 8)
    let isOctal = text.allSatisfy { ("0"..."7").contains($0) }
    complain(
      .warning, about: "UMask", "UMask \(text) is a decimal number, in octal \(octal)",
      fix: "write UMask \(isOctal ? "0" + text : octal)")
  }

  private mutating func checkUser(_ user: UserSpecification, _ system: CheckSystem) {
    guard system.accounts.account(user.user) != nil else {
      complain(
        about: "UserID", "UserID: there is no user \(SettingText.shown(user.user))",
        fix: "adduser --system --group --no-create-home \(ShellWord.quoted(user.user))")
      return
    }
    if let group = user.group, system.accounts.group(group) == nil {
      complain(
        about: "UserID", "UserID: there is no group \(SettingText.shown(group))",
        fix: "addgroup --system \(ShellWord.quoted(group))")
      return
    }
    guard let account = system.accounts.identity(user) else { return }
    let files = [system.file].compactMap { $0 } + settings.entries(named: "Include").map(\.value) + dataFiles
    for path in files { checkReload(path, account, system) }
  }

  /// The files of lists and tables.
  private var dataFiles: [String] {
    holding.filter { $0.definition.kind == .dataSet }.compactMap { entry in
      guard let set = try? DataSetSpecification(entry.value), set.kind == .file || set.kind == .refile else {
        return nil
      }
      return RelativePath.resolved(set.name, base: settings.text("BaseDirectory"))
    }
  }

  /// A reload happens without the rights of root.
  private mutating func checkReload(_ path: String, _ account: AccountDirectory.Account, _ system: CheckSystem) {
    guard case .success(let status) = BoundedFile.status(path), status.st_mode & S_IFMT == S_IFREG,
      !FileAccess.canRead(path, account)
    else { return }
    let quoted = ShellWord.quoted(path)
    let group = account.groups.first.map { system.accounts.groupName($0) } ?? account.name
    let obstacle = FileAccess.obstacle(to: path, for: account)
    problems.add(
      ConfigurationProblem(
        .warning, at: SourcePlace(file: path),
        "\(account.name), whom UserID names, cannot read this file: a reload will fail",
        fix: obstacle.map { "let \(account.name) search \($0), or move the file" }
          ?? "chgrp \(ShellWord.quoted(group)) \(quoted) && chmod g+r \(quoted)"))
  }

  private mutating func checkIsFolder(_ path: String, _ name: String) {
    switch BoundedFile.status(path) {
    case .success(let status) where status.st_mode & S_IFMT == S_IFDIR: return
    case .success: complain(about: name, "\(name) \(path): is no directory")
    case .failure(let error):
      complain(about: name, "\(name) \(path): \(error)", fix: "mkdir \(ShellWord.quoted(path))")
    }
  }

  /// The folder of a file that the filter writes; it runs without the file.
  private mutating func checkFolder(of path: String, _ name: String) {
    if case .success(let status) = BoundedFile.status(path), status.st_mode & S_IFMT == S_IFDIR {
      complain(
        .warning, about: name, "\(name) \(path) is a directory, expected a file in one",
        fix: "write the path of a file")
      return
    }
    let folder = FileAccess.parent(of: path)
    guard case .failure(let error) = BoundedFile.status(folder) else { return }
    // Of these the unit or a start script may make one.
    let isRuntime = ["/run/", "/var/run/"].contains { folder.hasPrefix($0) }
    complain(
      .warning, about: name, "\(name) \(path): \(folder): \(error)",
      fix: "mkdir \(ShellWord.quoted(folder))" + (isRuntime ? ", or list it in /etc/tmpfiles.d" : ""))
  }
}

extension ConfigurationProblem {
  /// The filter was started by root, and no setting names another user.
  ///
  /// - Parameter file: the configuration file.
  public static func runsAsRoot(file: String?) -> ConfigurationProblem {
    ConfigurationProblem(
      .warning, at: file.map { SourcePlace(file: $0) }, "UserID is not set: the filter runs as root",
      fix: "add \"UserID opendkim\", or \"UserID root\" to confirm it")
  }
}
