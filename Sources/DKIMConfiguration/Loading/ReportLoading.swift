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
      report(
        about: Setting.mtaCommand,
        "MTACommand \(PrintableText.quoted(configuration.reports.command)): expected the "
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
    let bytes = Array(text.utf8)
    do throws(MailAddressError) {
      configuration.reports.envelopeSender = try MailAddress(firstOf: bytes.span).description
      configuration.reports.from = text
    } catch {
      report(
        about: Setting.reportAddress, "ReportAddress \(PrintableText.quoted(text)): \(error)",
        fix: "write an address such as postmaster@example.com")
    }
  }

  private mutating func loadCopies() {
    guard let text = settings[Setting.reportBccAddress] else { return }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bytes = Array(part.utf8)
      do throws(MailAddressError) {
        _ = try MailAddress(firstOf: bytes.span)
      } catch {
        report(
          about: Setting.reportBccAddress, "ReportBccAddress \(PrintableText.quoted(String(part))): \(error)",
          fix: "write addresses separated by commas")
      }
    }
    configuration.reports.bcc = text
  }
}
