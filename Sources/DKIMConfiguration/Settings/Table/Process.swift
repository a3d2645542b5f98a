extension SettingTable {
  /// Settings for the process.
  static let process: [SettingDefinition] = [
    SettingDefinition(
      "Socket", .text("inet:PORT[@HOST], inet6:PORT[@HOST] or local:PATH"), flag: "-p", reload: false,
      "Socket on which the filter listens for the MTA; required unless a service manager passes a socket."),
    SettingDefinition(
      "UMask", .integer, reload: false, "File creation mask for files and the socket, in octal with a leading 0."),
    SettingDefinition(
      "UserID", .text("USER[:GROUP]"), flag: "-u", reload: false,
      "User (and group) to run as when started as root. Unset: the filter runs as root, with a warning."),
    SettingDefinition(
      "PidFile", .path, flag: "-P", reload: false,
      "PID file. If it cannot be written, the error is logged and the filter runs without it."),
    SettingDefinition(
      "Background", .flag, default: "yes", flag: "-f", reload: false, "Run in the background; the option -f sets no."),
    SettingDefinition(
      "AutoRestart", .flag, default: "no", flag: "-A", reload: false, "Restart the filter after a crash."),
    SettingDefinition(
      "AutoRestartCount", .integer, default: "0", reload: false, "Give up after this many restarts; 0: never."),
    SettingDefinition(
      "AutoRestartRate", .text("N/TIME[smhd]"), reload: false,
      "Give up after more than N restarts within TIME. Unset: no limit."),
    SettingDefinition(
      "ChangeRootDirectory", .path, reload: false, "Directory that becomes the process root (chroot)."),
    SettingDefinition("BaseDirectory", .path, "Directory to which relative paths in the configuration refer."),
    SettingDefinition(
      "TemporaryDirectory", .path, default: "/tmp", .accepted("no temporary files are written"),
      "Directory for temporary files."),
    SettingDefinition(
      "KeepTemporaryFiles", .flag, default: "no",
      .accepted("hashed data is never written to a file; dkimtool verify reports what was changed in transit"),
      "Keep files with the hashed data in TemporaryDirectory for debugging."),
    SettingDefinition("EnableCoredumps", .flag, default: "no", reload: false, "Write a core file after a crash."),
    SettingDefinition(
      "MilterDebug", .integer, default: "0",
      "How much of the milter protocol is logged: 1 connections; 2 also commands; 3 to 6 also header fields and "
        + "bodies; 0: nothing."),
    SettingDefinition(
      "StrictTestMode", .flag, default: "no", reload: false, "Require CRLF line endings in messages for -t."),
    SettingDefinition(
      "Include", .path, "Another configuration file, whose settings are inserted in place of this line."),
    SettingDefinition(
      "DisableCryptoInit", .flag, default: "no", reload: false,
      .accepted("the cryptographic library needs no initialization that could be skipped"),
      "Skip the initialization of the cryptographic library."),
  ]

  /// Settings for logging.
  static let logging: [SettingDefinition] = [
    SettingDefinition("Syslog", .flag, default: "no", flag: "-l", "Log to syslog."),
    SettingDefinition(
      "SyslogFacility",
      .choice([
        "auth", "authpriv", "cron", "daemon", "ftp", "kern", "local0", "local1", "local2", "local3", "local4", "local5",
        "local6", "local7", "lpr", "mail", "news", "security", "syslog", "user", "uucp",
      ]), default: "mail", "Syslog facility."),
    SettingDefinition("SyslogName", .text("name"), "Program name in log lines. Default: the name of the program."),
    SettingDefinition(
      "StdoutLog", .flag, default: "no", flag: "-O",
      "In the foreground, log to standard output, in addition to syslog if Syslog is on."),
    SettingDefinition("SyslogSuccess", .flag, default: "no", "Also log successful signing and verification."),
    SettingDefinition(
      "LogWhy", .flag, default: "no", flag: "-W", "Log why each message is signed, verified or left unchanged."),
    SettingDefinition("LogResults", .flag, default: "no", "Log the result of every signature."),
    SettingDefinition(
      "Statistics", .path, .accepted("no statistics file is written; see MetricsFile and MetricsSocket"),
      "File to which statistics are appended."),
    SettingDefinition(
      "StatisticsName", .text("name"), .accepted("it applies only with Statistics"),
      "Host name reported in the statistics file."),
    SettingDefinition(
      "StatisticsPrefix", .text("text"), .accepted("it applies only with Statistics"),
      "Salt for the hashes in the statistics file."),
  ]
}
