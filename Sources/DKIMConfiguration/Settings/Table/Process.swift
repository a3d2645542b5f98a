extension SettingTable {
  /// What the process does with itself.
  static let process: [SettingDefinition] = [
    SettingDefinition(
      "Socket", .text("inet:PORT[@HOST], inet6:PORT[@HOST] or local:PATH"), flag: "-p", reload: false,
      "Where the filter listens for the MTA. There must be one."),
    SettingDefinition(
      "UMask", .integer, reload: false, "What others may not do with files and the socket; write it with a leading 0."),
    SettingDefinition(
      "UserID", .text("USER[:GROUP]"), flag: "-u", reload: false,
      "User (and group) to run as when started as root. Unset: the filter runs as root, with a warning."),
    SettingDefinition(
      "PidFile", .path, flag: "-P", reload: false,
      "PID file. If it cannot be written, the error is logged and the filter runs without it."),
    SettingDefinition(
      "Background", .flag, default: "yes", flag: "-f", reload: false, "Go on in the background; -f means no."),
    SettingDefinition(
      "AutoRestart", .flag, default: "no", flag: "-A", reload: false, "Start the filter again when it crashes."),
    SettingDefinition(
      "AutoRestartCount", .integer, default: "0", reload: false, "Give up after so many restarts; 0: never."),
    SettingDefinition(
      "AutoRestartRate", .text("N/TIME[smhd]"), reload: false, "Give up after more than so many restarts in a time."),
    SettingDefinition(
      "ChangeRootDirectory", .path, reload: false, "The directory that becomes the root of the process (chroot)."),
    SettingDefinition("BaseDirectory", .path, "Where relative paths in the configuration begin."),
    SettingDefinition(
      "TemporaryDirectory", .path, default: "/tmp", .accepted("no temporary files are written"),
      "Where temporary files are kept."),
    SettingDefinition(
      "KeepTemporaryFiles", .flag, default: "no",
      .accepted("what is hashed is never written to a file; dkimtool verify tells what was changed on the way"),
      "Keep what was hashed, in TemporaryDirectory, to look for mistakes."),
    SettingDefinition("EnableCoredumps", .flag, default: "no", reload: false, "Leave a core file after a crash."),
    SettingDefinition(
      "MilterDebug", .integer, default: "0",
      "How much of the milter protocol is logged: 1 connections, 2 commands too, 3 to 6 fields and bodies too."),
    SettingDefinition(
      "StrictTestMode", .flag, default: "no", reload: false, "Messages for -t must have CRLF at the end of lines."),
    SettingDefinition("Include", .path, "Another file with settings, read at this place."),
    SettingDefinition(
      "DisableCryptoInit", .flag, default: "no", reload: false,
      .accepted("the cryptographic library needs no preparation that could be left out"),
      "Leave the cryptographic library as it is at start."),
  ]

  /// What is told, and where.
  static let logging: [SettingDefinition] = [
    SettingDefinition("Syslog", .flag, default: "no", flag: "-l", "Log to the system's log."),
    SettingDefinition(
      "SyslogFacility",
      .choice([
        "auth", "authpriv", "cron", "daemon", "ftp", "kern", "local0", "local1", "local2", "local3", "local4", "local5",
        "local6", "local7", "lpr", "mail", "news", "security", "syslog", "user", "uucp",
      ]), default: "mail", "Under which facility."),
    SettingDefinition("SyslogName", .text("name"), "Under which name. Default: that of the program."),
    SettingDefinition(
      "StdoutLog", .flag, default: "no", flag: "-O",
      "Write the log to standard output, in addition to syslog where Syslog is on."),
    SettingDefinition("SyslogSuccess", .flag, default: "no", "Log what went well too."),
    SettingDefinition("LogWhy", .flag, default: "no", flag: "-W", "Log why a message is signed, verified or neither."),
    SettingDefinition("LogResults", .flag, default: "no", "Log the result of every signature."),
    SettingDefinition(
      "Statistics", .path, .accepted("no such file is written; see MetricsFile and MetricsSocket"),
      "The file that statistics are added to."),
    SettingDefinition(
      "StatisticsName", .text("name"), .accepted("it matters only with Statistics"), "Who reports the statistics."),
    SettingDefinition(
      "StatisticsPrefix", .text("text"), .accepted("it matters only with Statistics"), "What goes into their hashes."),
  ]
}
