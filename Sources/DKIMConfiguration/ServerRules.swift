/// Settings for the log.
package struct LogRules: Sendable, Hashable {
  package var syslog = false
  package var syslogFacility = SyslogFacility.mail
  package var syslogName: String?
  package var syslogSuccess = false
  package var logWhy = false
  /// `LogExplanation`
  package var logExplanation = false
  package var logResults = false
  /// `StdoutLog`
  package var stdoutLog = false
  /// `LogFormat`: the format of log lines on standard error.
  package var format = LogFormat.text

  package init() {}
}

/// The format of lines on standard error and standard output. (`LogFormat`)
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
  /// `NAME[PID]: TEXT`
  case text
  /// One JSON object per line: `time`, `level`, `name`, `pid`, `event`, `job`, `text`, and the fields of the event.
  case json
}

/// Where metrics are published; both ways are off by default.
package struct MetricsRules: Sendable, Hashable {
  /// `MetricsSocket`; never a unix socket, and on loopback if it was given without a host.
  package var socket: SocketSpecification?
  /// `MetricsFile`
  package var file: String?

  package init() {}
}

/// Records of verified messages for opendkim-importstats(8); off by default.
package struct StatisticsRules: Sendable, Hashable {
  /// `Statistics`: the file to append to.
  package var file: String?
  /// `StatisticsName`; `nil`: the name of this host.
  package var name: String?
  /// `StatisticsPrefix`: a secret that is hashed with each domain and address; `nil`: they are written as they are.
  package var prefix: String?

  package init() {}
}

/// Limits on the number of accepted messages per domain; off by default.
package struct RateRules: Sendable {
  /// `RateLimits`
  package var limits: RateLimitTable?
  /// `FlowDataFactor`: the limits are divided by it; at least 1.
  package var factor = 1
  /// `FlowDataTTL`, in seconds; at least 1.
  package var seconds = 86_400

  package init() {}
}

/// Settings for the process.
///
/// Most take effect only after a restart; see ``SettingDefinition/isReloadable``.
package struct ProcessRules: Sendable, Hashable {
  package var socket: SocketSpecification?
  package var umask: UInt32?
  package var userID: UserSpecification?
  package var pidFile: String?
  package var background = true
  package var autoRestart = false
  package var autoRestartCount = 0
  /// `AutoRestartRate`: the most restarts within a number of seconds.
  package var autoRestartRate: RestartRate?
  package var changeRootDirectory: String?
  package var baseDirectory: String?
  /// `ShutdownTimeout`, in seconds.
  package var shutdownTimeout = 30
  package var enableCoredumps = false
  /// `MilterDebug`, from 0 to 6.
  package var milterDebug = 0
  package var strictTestMode = false

  /// A number of restarts within a number of seconds.
  package struct RestartRate: Sendable, Hashable {
    package let restarts: Int
    package let seconds: Int

    package init(restarts: Int, seconds: Int) {
      self.restarts = restarts
      self.seconds = seconds
    }
  }

  package init() {}
}
