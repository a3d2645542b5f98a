internal import DKIMCore
internal import Glibc
internal import SystemSupport

/// Loads the settings for the process and its metrics.
extension ConfigurationDraft {
  mutating func loadProcess() {
    configuration.process.socket = socket(Setting.socket)
    if let mask = configuration.process.umask, mask > 0o777 {
      report(
        about: Setting.umask, "UMask \(mask) is above 0777", fix: "write the mask as an octal number with a leading 0")
    }
    configuration.process.userID = userID()
    configuration.process.pidFile = settings.path(Setting.pidFile)
    configuration.process.autoRestartRate = restartRate()
    configuration.process.baseDirectory = directory(Setting.baseDirectory)
    configuration.process.milterDebug = min(configuration.process.milterDebug, 6)
  }

  private mutating func socket(_ setting: SettingKey<String?>) -> SocketSpecification? {
    guard let text = settings[setting] else { return nil }
    do throws(SocketSpecificationError) {
      let socket = try SocketSpecification(text)
      guard case .unix(let path) = socket else { return socket }
      return .unix(path: RelativePath.resolved(path, base: settings[Setting.baseDirectory]))
    } catch {
      report(about: setting, "\(setting.name) \(PrintableText.quoted(text)): \(error)")
      return nil
    }
  }

  mutating func userID() -> UserSpecification? {
    guard let text = settings[Setting.userID] else { return nil }
    let user = UserSpecification(text)
    if user == nil {
      report(about: Setting.userID, "UserID \(PrintableText.quoted(text)): expected USER or USER:GROUP")
    }
    return user
  }

  private mutating func directory(_ setting: SettingKey<String?>) -> String? {
    guard let path = settings[setting] else { return nil }
    switch SizeLimitedFile.status(path) {
    case .success(let status) where status.st_mode & S_IFMT == S_IFDIR: break
    case .success: report(about: setting, "\(setting.name) \(path): is not a directory", fix: "correct the path")
    case .failure(let error):
      report(about: setting, "\(setting.name) \(path): \(error)", fix: "create the directory, or correct the path")
    }
    return path
  }

  private mutating func restartRate() -> ProcessRules.RestartRate? {
    guard let text = settings[Setting.autoRestartRate] else { return nil }
    let rate = ProcessRules.RestartRate(text)
    if rate == nil {
      report(
        about: Setting.autoRestartRate,
        "AutoRestartRate \(PrintableText.quoted(text)): expected RESTARTS/TIME, with s, m, h or d after the time",
        fix: "for example, write 10/1h for ten restarts per hour")
    }
    return rate
  }

  mutating func loadMetrics() {
    configuration.metrics.file = settings.path(Setting.metricsFile)
    configuration.statistics.file = settings.path(Setting.statistics)
    configuration.metrics.socket = metricsSocket()
  }

  private mutating func metricsSocket() -> SocketSpecification? {
    switch socket(Setting.metricsSocket) {
    case nil: return nil
    case .inet(let port, let host): return .inet(port: port, host: host ?? "127.0.0.1")
    case .inet6(let port, let host): return .inet6(port: port, host: host ?? "::1")
    case .unix:
      report(
        about: Setting.metricsSocket,
        "MetricsSocket cannot be a unix socket, because it serves HTTP: expected inet:PORT or inet6:PORT",
        fix: "write inet:9199, or use MetricsFile to write the metrics to a file")
      return nil
    }
  }
}

extension ProcessRules.RestartRate {
  /// Parses `RESTARTS/TIME`, the time in seconds or with `s`, `m`, `h` or `d` after it.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
    guard parts.count == 2, let restarts = ASCII.number(parts[0][...], in: 1...999_999_999) else { return nil }
    var time = parts[1][...]
    var unit = 1
    switch time.last.map({ $0 | 0x20 }) {
    case UInt8(ascii: "s"): break
    case UInt8(ascii: "m"): unit = 60
    case UInt8(ascii: "h"): unit = 3600
    case UInt8(ascii: "d"): unit = 86_400
    default: unit = 0
    }
    if unit == 0 { unit = 1 } else { time.removeLast() }
    guard let count = ASCII.number(time, in: 1...999_999_999) else { return nil }
    self.init(restarts: restarts, seconds: count * unit)
  }

}
