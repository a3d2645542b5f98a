internal import DKIMCore
internal import Glibc
internal import SystemSupport

/// Checks of the users, directories and files that the process needs.
extension ConfigurationDraft {
  mutating func checkProcess(_ system: CheckSystem) {
    let process = configuration.process
    if let user = process.userID { checkUser(user, system) } else { checkRoot(system) }
    checkMask()
    if let path = process.pidFile { checkFolder(of: outside(path), Setting.pidFile) }
    if let path = configuration.metrics.file { checkFolder(of: outside(path), Setting.metricsFile) }
    checkStatistics()
    checkMetricsSocket(system)
    if let path = process.changeRootDirectory {
      checkIsFolder(path, Setting.changeRootDirectory)
      if process.userID == nil {
        report(
          .warning, about: Setting.changeRootDirectory,
          "ChangeRootDirectory without UserID gives no protection: root can escape from a chroot", fix: "add UserID")
      }
    }
    let limits: [any SettingRow] = [Setting.autoRestartCount, Setting.autoRestartRate]
    for setting in limits where settings.has(setting) && !process.autoRestart {
      report(
        .warning, about: setting, "\(setting.name) has no effect without AutoRestart", fix: "add AutoRestart yes")
    }
  }

  private mutating func checkStatistics() {
    if let path = configuration.statistics.file { return checkFolder(of: outside(path), Setting.statistics) }
    let details: [any SettingRow] = [Setting.statisticsName, Setting.statisticsPrefix]
    for setting in details where settings.has(setting) {
      report(.warning, about: setting, "\(setting.name) has no effect without Statistics", fix: "add Statistics")
    }
  }

  /// Reports settings that are given twice in files. The last line takes effect, so the first is probably a mistake.
  mutating func checkRepeated() {
    let entries = settings.entries.filter { $0.definition != Setting.include.definition && $0.location != .commandLine }
    let lastOnes = Dictionary(entries.map { ($0.definition.name, $0) }) { $1 }
    for entry in entries {
      guard let last = lastOnes[entry.definition.name], last != entry else { continue }
      problems.add(
        ConfigurationProblem(
          .warning, at: entry.location,
          "\(entry.definition.name) is repeated at \(last.location): this line has no effect",
          fix: "remove one of the two lines"))
    }
  }

  /// Translates a path inside ChangeRootDirectory to the path outside, which this check needs.
  func outside(_ path: String) -> String {
    guard let root = configuration.process.changeRootDirectory, path.utf8.first == UInt8(ascii: "/") else {
      return path
    }
    return RelativePath.resolved(String(path.unicodeScalars.drop { $0 == "/" }), base: root)
  }

  /// Reports metrics sockets that would make the filter exit with status 69.
  private mutating func checkMetricsSocket(_ system: CheckSystem) {
    guard let socket = configuration.metrics.socket else { return }
    if socket == configuration.process.socket {
      report(
        about: Setting.metricsSocket, "MetricsSocket is the same as Socket", fix: "choose another port, such as 9199")
    }
    switch socket {
    case .inet(_, let host): checkHost(host, isIPv6: false, of: Setting.metricsSocket, system)
    case .inet6(_, let host): checkHost(host, isIPv6: true, of: Setting.metricsSocket, system)
    case .unix: return
    }
  }

  private mutating func checkRoot(_ system: CheckSystem) {
    guard system.startsAsRoot else { return }
    problems.add(.runsAsRoot(file: system.file))
  }

  /// Checks whether the configuration lets the filter look up keys.
  mutating func checkNameService(_ check: (DNSRules) -> (error: String?, warnings: [ConfigurationProblem])) {
    // A file that cannot be read is already reported.
    guard !problems.all.hasErrors else { return }
    let (error, warnings) = check(configuration.dns)
    for warning in warnings { problems.add(warning) }
    guard let why = error else { return }
    let sources = [
      Setting.testPublicKeys, Setting.resolverConfiguration, Setting.trustAnchorFile, Setting.nameservers,
    ]
    report(about: sources.first { settings.has($0) } ?? Setting.nameservers, why)
  }

  private mutating func checkMask() {
    guard let text = settings.entry(Setting.umask)?.value, let mask = configuration.process.umask, mask > 7,
      !text.hasPrefix("0")
    else { return }
    let octal = "0" + String(mask, radix: 8)
    let isOctal = text.allSatisfy { ("0"..."7").contains($0) }
    report(
      .warning, about: Setting.umask,
      "UMask \(text) has no leading 0 and is read as a decimal number, which is \(octal) in octal",
      fix: "write UMask \(isOctal ? "0" + text : octal)")
  }

  private mutating func checkUser(_ user: UserSpecification, _ system: CheckSystem) {
    guard system.accounts.account(user.user) != nil else {
      report(
        about: Setting.userID, "UserID: user \(PrintableText.quoted(user.user)) does not exist",
        fix: "adduser --system --group --no-create-home \(ShellWord.quoted(user.user))")
      return
    }
    if let group = user.group, system.accounts.group(group) == nil {
      report(
        about: Setting.userID, "UserID: group \(PrintableText.quoted(group)) does not exist",
        fix: "addgroup --system \(ShellWord.quoted(group))")
      return
    }
    guard let account = system.accounts.identity(user) else { return }
    let files = [system.file].compactMap { $0 } + settings.entries(named: Setting.include.name).map(\.value) + dataFiles
    for path in files { checkReload(path, account, system) }
  }

  /// The files of lists and tables.
  private var dataFiles: [String] {
    effectiveEntries.filter { $0.definition.kind == .dataSet }.compactMap { entry in
      guard let set = try? DataSetSpecification(entry.value), set.kind == .file || set.kind == .refile else {
        return nil
      }
      return RelativePath.resolved(set.name, base: settings[Setting.baseDirectory])
    }
  }

  /// Checks that the user in UserID can read a file, because a reload runs without root privileges.
  private mutating func checkReload(_ path: String, _ account: AccountDirectory.Account, _ system: CheckSystem) {
    guard case .success(let status) = SizeLimitedFile.status(path), status.st_mode & S_IFMT == S_IFREG,
      !FileAccess.canRead(path, account)
    else { return }
    let quoted = ShellWord.quoted(path)
    let group = account.groups.first.map { system.accounts.groupName($0) } ?? account.name
    let obstacle = FileAccess.firstUnsearchableParent(of: path, for: account)
    problems.add(
      ConfigurationProblem(
        .warning, at: FileLocation(file: path),
        "\(account.name), the user in UserID, cannot read this file: a reload will fail",
        fix: obstacle.map { "give \(account.name) permission to search \($0), or move the file" }
          ?? "chgrp \(ShellWord.quoted(group)) \(quoted) && chmod g+r \(quoted)"))
  }

  private mutating func checkIsFolder(_ path: String, _ setting: any SettingRow) {
    switch SizeLimitedFile.status(path) {
    case .success(let status) where status.st_mode & S_IFMT == S_IFDIR: return
    case .success: report(about: setting, "\(setting.name) \(path): is not a directory", fix: "correct the path")
    case .failure(let error):
      report(about: setting, "\(setting.name) \(path): \(error)", fix: "mkdir \(ShellWord.quoted(path))")
    }
  }

  /// Checks the directory of a file that the filter writes. The filter also runs without this file.
  private mutating func checkFolder(of path: String, _ setting: any SettingRow) {
    if case .success(let status) = SizeLimitedFile.status(path), status.st_mode & S_IFMT == S_IFDIR {
      report(
        .warning, about: setting, "\(setting.name) \(path) is a directory, expected the path of a file",
        fix: "add a file name to the path")
      return
    }
    let folder = FileAccess.parent(of: path)
    guard case .failure(let error) = SizeLimitedFile.status(folder) else { return }
    // A systemd unit or a start script may create these directories.
    let isRuntime = ["/run/", "/var/run/"].contains { folder.hasPrefix($0) }
    report(
      .warning, about: setting, "\(setting.name) \(path): \(folder): \(error)",
      fix: "mkdir \(ShellWord.quoted(folder))" + (isRuntime ? ", or list it in /etc/tmpfiles.d" : ""))
  }
}

extension ConfigurationProblem {
  /// The warning that the filter was started by root and that UserID is not set.
  ///
  /// - Parameter file: the configuration file.
  package static func runsAsRoot(file: String?) -> ConfigurationProblem {
    ConfigurationProblem(
      .warning, at: file.map { FileLocation(file: $0) }, "UserID is not set: the filter runs as root",
      fix: "add \"UserID opendkim\", or \"UserID root\" to confirm it")
  }
}
