extension Setting {
  // MARK: Settings for the process

  package static let socket = SettingKey<String?>(
    "Socket", kind: .text("inet:PORT[@HOST], inet6:PORT[@HOST] or local:PATH"), flag: "-p", reload: false,
    "Socket on which the filter listens for the MTA; required unless a service manager passes a socket.")
  package static let umask = SettingKey<UInt32?>(
    "UMask", into: \.process.umask, reload: false,
    "File creation mask for files and the socket, in octal with a leading 0.")
  package static let userID = SettingKey<String?>(
    "UserID", kind: .text("USER[:GROUP]"), flag: "-u", reload: false,
    "User (and group) to run as when started as root. Unset: the filter runs as root, with a warning.")
  package static let pidFile = SettingKey<String?>(
    "PidFile", kind: .path, flag: "-P", reload: false,
    "PID file. If it cannot be written, the error is logged and the filter runs without it.")
  package static let background = SettingKey<Bool>(
    "Background", into: \.process.background, flag: "-f", reload: false, "Run in the background; the option -f sets no."
  )
  package static let autoRestart = SettingKey<Bool>(
    "AutoRestart", into: \.process.autoRestart, flag: "-A", reload: false, "Restart the filter after a crash.")
  package static let autoRestartCount = SettingKey<Int>(
    "AutoRestartCount", into: \.process.autoRestartCount, reload: false, "Give up after this many restarts; 0: never.")
  package static let autoRestartRate = SettingKey<String?>(
    "AutoRestartRate", kind: .text("N/TIME[smhd]"), reload: false,
    "Give up after more than N restarts within TIME. Unset: no limit.")
  package static let changeRootDirectory = SettingKey<String?>(
    "ChangeRootDirectory", kind: .path, into: \.process.changeRootDirectory, reload: false,
    "Directory that becomes the process root (chroot).")
  package static let baseDirectory = SettingKey<String?>(
    "BaseDirectory", kind: .path, "Directory to which relative paths in the configuration refer.")
  package static let enableCoredumps = SettingKey<Bool>(
    "EnableCoredumps", into: \.process.enableCoredumps, reload: false, "Write a core file after a crash.")
  package static let milterDebug = SettingKey<Int>(
    "MilterDebug", into: \.process.milterDebug,
    "How much of the milter protocol is logged: 1 connections; 2 also commands; 3 to 6 also header fields and "
      + "bodies; 0: nothing.")
  package static let strictTestMode = SettingKey<Bool>(
    "StrictTestMode", into: \.process.strictTestMode, reload: false, "Require CRLF line endings in messages for -t.")
  package static let include = SettingKey<String?>(
    "Include", kind: .path, "Another configuration file, whose settings are inserted in place of this line.")

  /// Settings for the process.
  static let process: [any SettingRow] = [
    socket, umask, userID, pidFile, background, autoRestart, autoRestartCount, autoRestartRate, changeRootDirectory,
    baseDirectory, enableCoredumps, milterDebug, strictTestMode, include,
    SettingDefinition(
      "DisableCryptoInit", .flag, default: "no", reload: false,
      .accepted("the cryptographic library needs no initialization that could be skipped"),
      "Skip the initialization of the cryptographic library."),
  ]

  // MARK: Settings for logging

  package static let syslog = SettingKey<Bool>(
    "Syslog", into: \.log.syslog, flag: "-l", "Log to syslog.")
  package static let syslogFacility = SettingKey<SyslogFacility>(
    "SyslogFacility", into: \.log.syslogFacility, "Syslog facility.")
  package static let syslogName = SettingKey<String?>(
    "SyslogName", kind: .text("name"), into: \.log.syslogName,
    "Program name in log lines. Default: the name of the program.")
  package static let stdoutLog = SettingKey<Bool>(
    "StdoutLog", into: \.log.stdoutLog, flag: "-O",
    "In the foreground, log to standard output, in addition to syslog if Syslog is on.")
  package static let syslogSuccess = SettingKey<Bool>(
    "SyslogSuccess", into: \.log.syslogSuccess, "Also log successful signing and verification.")
  package static let logWhy = SettingKey<Bool>(
    "LogWhy", into: \.log.logWhy, flag: "-W", "Log why each message is signed, verified or left unchanged.")
  package static let logResults = SettingKey<Bool>(
    "LogResults", into: \.log.logResults, "Log the result of every signature.")

  package static let statistics = SettingKey<String?>(
    "Statistics", kind: .path,
    "File to which a record of each verified message is appended, in the format of opendkim-importstats(8).")
  package static let statisticsName = SettingKey<String?>(
    "StatisticsName", kind: .text("name"), into: \.statistics.name,
    "Name of this host in the records of Statistics. Default: the host name.")
  package static let statisticsPrefix = SettingKey<String?>(
    "StatisticsPrefix", kind: .text("text"), into: \.statistics.prefix,
    "Secret text; if set, the records of Statistics contain salted hashes instead of domains and addresses.")

  /// Settings for logging.
  static let logging: [any SettingRow] = [
    syslog, syslogFacility, syslogName, stdoutLog, syslogSuccess, logWhy, logResults, statistics, statisticsName,
    statisticsPrefix,
  ]
}
