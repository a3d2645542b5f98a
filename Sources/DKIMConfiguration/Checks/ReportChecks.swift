internal import Glibc
internal import SystemSupport

/// Checks of the program that sends failure reports, and of the directories for diagnostic files.
extension ConfigurationDraft {
  mutating func checkReports(_ system: CheckSystem) {
    let reports = configuration.reports
    let onlyWithReports: [any SettingRow] = [Setting.reportAddress, Setting.reportBccAddress, Setting.mtaCommand]
    for setting in onlyWithReports where settings.has(setting) && !reports.isEnabled {
      report(.note, about: setting, "\(setting.name) has no effect without SendReports", fix: "add SendReports yes")
    }
    if settings.has(Setting.temporaryDirectory), !reports.keepsTemporaryFiles {
      report(.note, about: Setting.temporaryDirectory, "TemporaryDirectory has no effect without KeepTemporaryFiles")
    }
    if reports.isEnabled, let program = reports.commandWords.first { checkProgram(outside(program)) }
    let account = configuration.process.userID.flatMap { system.accounts.identity($0) }
    if let path = reports.diagnosticDirectory { checkDirectory(path, Setting.diagnosticDirectory, account) }
    if reports.keepsTemporaryFiles {
      checkDirectory(reports.temporaryDirectory, Setting.temporaryDirectory, account)
    }
  }

  private mutating func checkProgram(_ path: String) {
    switch SizeLimitedFile.status(path) {
    case .success(let status) where status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0: return
    case .success: report(.warning, about: Setting.mtaCommand, "MTACommand \(path): is not a program")
    case .failure(let error):
      report(
        .warning, about: Setting.mtaCommand, "MTACommand \(path): \(error); no failure reports can be sent",
        fix: "install the sendmail command of the MTA, or correct the path")
    }
  }

  private mutating func checkDirectory(
    _ path: String, _ setting: SettingKey<String?>, _ account: AccountDirectory.Account?
  ) {
    let path = outside(path)
    switch SizeLimitedFile.status(path) {
    case .failure(let error):
      report(
        .warning, about: setting, "\(setting.name) \(path): \(error)", fix: "mkdir -m 700 \(ShellWord.quoted(path))")
    case .success(let status) where status.st_mode & S_IFMT != S_IFDIR:
      report(.warning, about: setting, "\(setting.name) \(path): is not a directory", fix: "correct the path")
    case .success(let status):
      guard let account, !FileAccess.allows(.write, status, account) else { return }
      report(
        .warning, about: setting, "\(setting.name) \(path): \(account.name), the user in UserID, cannot write to it",
        fix: "chown \(ShellWord.quoted(account.name)) \(ShellWord.quoted(path))")
    }
  }
}
