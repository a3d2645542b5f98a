internal import DKIMCore
internal import Glibc
internal import SystemSupport

/// Loads the rules for failure reports and diagnostic files.
extension ConfigurationDraft {
  mutating func loadReports() {
    configuration.reports.diagnosticDirectory = settings.path(Setting.diagnosticDirectory)
    if let path = settings.path(Setting.temporaryDirectory) { configuration.reports.temporaryDirectory = path }
    guard configuration.reports.isEnabled else { return }
    loadSender()
    loadCopies()
    let program = configuration.reports.commandWords.first
    if program?.hasPrefix("/") != true {
      complain(
        about: Setting.mtaCommand,
        "MTACommand \(SettingText.shown(configuration.reports.command)): expected the "
          + "absolute path of a program", fix: "write MTACommand \(ReportRules.standardCommand)")
    }
  }

  private mutating func loadSender() {
    guard let text = settings[Setting.reportAddress] else {
      let user = configuration.process.userID?.user ?? Accounts.user(geteuid())?.name ?? "postmaster"
      configuration.reports.from = "\(user)@\(HostName.own)"
      configuration.reports.envelopeSender = configuration.reports.from
      return
    }
    let octets = Array(text.utf8)
    do throws(MailAddressError) {
      configuration.reports.envelopeSender = try MailAddress(firstOf: octets.span).description
      configuration.reports.from = text
    } catch {
      complain(
        about: Setting.reportAddress, "ReportAddress \(SettingText.shown(text)): \(error)",
        fix: "write an address such as postmaster@example.com")
    }
  }

  private mutating func loadCopies() {
    guard let text = settings[Setting.reportBccAddress] else { return }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let octets = Array(part.utf8)
      do throws(MailAddressError) {
        _ = try MailAddress(firstOf: octets.span)
      } catch {
        complain(
          about: Setting.reportBccAddress, "ReportBccAddress \(SettingText.shown(String(part))): \(error)",
          fix: "write addresses separated by commas")
      }
    }
    configuration.reports.bcc = text
  }
}
