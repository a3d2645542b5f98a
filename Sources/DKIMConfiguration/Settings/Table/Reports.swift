extension Setting {
  // MARK: Settings for failure reports and diagnostic files

  package static let sendReports = SettingKey<Bool>(
    "SendReports", into: \.reports.isEnabled,
    "Send failure reports to signing domains that ask for them (r=y) and publish an address for them (RFC 6651): at "
      + "most 10 per hour and domain, and 100 per hour in total.")
  package static let reportAddress = SettingKey<String?>(
    "ReportAddress", kind: .text("address"),
    "From field of failure reports; its address is also their envelope sender. Default: the user of the filter at this "
      + "host.")
  package static let reportBccAddress = SettingKey<String?>(
    "ReportBccAddress", kind: .text("addresses"),
    "Recipients of blind copies of failure reports, separated by commas.")
  package static let mtaCommand = SettingKey<String>(
    "MTACommand", kind: .path, into: \.reports.command,
    "Program, and its arguments separated by spaces, that sends a failure report: it gets the options -t and "
      + "-fADDRESS, and the message on standard input. No shell is used.")
  package static let diagnosticDirectory = SettingKey<String?>(
    "DiagnosticDirectory", kind: .path,
    "Directory to which the original and the received header of a message are written, as a file named after the "
      + "queue ID, if one of its signatures is bad and has z=.")
  package static let temporaryDirectory = SettingKey<String?>(
    "TemporaryDirectory", kind: .path, unset: "/tmp",
    "Directory in which KeepTemporaryFiles creates the directory dkim-milter.")
  package static let keepTemporaryFiles = SettingKey<Bool>(
    "KeepTemporaryFiles", into: \.reports.keepsTemporaryFiles,
    "Write the hashed header and body of each verified signature to the directory dkim-milter in TemporaryDirectory, "
      + "for debugging.")

  /// Settings for failure reports and diagnostic files.
  static let reports: [any SettingRow] = [
    sendReports, reportAddress, reportBccAddress, mtaCommand, diagnosticDirectory, temporaryDirectory,
    keepTemporaryFiles,
    SettingDefinition(
      "SMTPURI", .text("URI"), .accepted("failure reports are sent only with MTACommand"),
      "SMTP server to which failure reports are sent."),
  ]
}
