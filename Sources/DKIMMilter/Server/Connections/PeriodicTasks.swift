import DKIMConfiguration
import NIOPosix
import Synchronization

/// The part of the server that writes the metrics file and logs how often the DNS cache helped.
final class PeriodicTasks: Sendable {
  /// Seconds between two runs.
  static let interval = 15
  /// The cache statistics are logged every five minutes, which is every this many runs.
  private static let runsPerStatistics = 300 / interval

  private enum FileWrite: Sendable, Hashable {
    case idle, inProgress
  }

  private struct State {
    /// How often the tasks have run.
    var runs = 0
    /// The state of writing `MetricsFile`.
    var fileWrite = FileWrite.idle
  }

  private let state = Mutex(State())
  private let resources: ServerResources
  private let report: MetricsReport
  /// The thread that writes files, so that a disk that hangs blocks nothing else.
  private let fileThread = NIOThreadPool(numberOfThreads: 1)

  init(_ resources: ServerResources, report: MetricsReport) {
    self.resources = resources
    self.report = report
    fileThread.start()
  }

  /// Runs the tasks. Call it every ``interval`` seconds.
  func run() {
    logCacheStatistics()
    writeMetricsFile()
  }

  /// Logs the hit rate of the DNS cache (`QueryCache`).
  private func logCacheStatistics() {
    let isTime = state.withLock { state in
      state.runs += 1
      return state.runs % Self.runsPerStatistics == 0
    }
    let active = resources.current.active
    guard isTime, active.configuration.dns.queryCache, let counts = active.statistics?() else { return }
    let share = counts.questions == 0 ? 0 : counts.cacheHits * 100 / counts.questions
    resources.log.write(
      .info,
      "cache: \(counts.questions) queries, \(counts.cacheHits) hits (\(share)%), \(counts.cachedAnswers) keys")
  }

  private func writeMetricsFile() {
    guard let path = resources.current.active.configuration.metrics.file else { return }
    let before = state.withLock { state in
      defer { state.fileWrite = .inProgress }
      return state.fileWrite
    }
    guard before == .idle else { return warn("\(Setting.metricsFile.name) \(path): the last write has not finished") }
    fileThread.submit { [report] _ in
      if let error = MetricsFile.write(report.text, to: path) {
        self.warn("\(Setting.metricsFile.name) \(path): \(error)")
      }
      self.state.withLock { $0.fileWrite = .idle }
    }
  }

  private func warn(_ text: String) { resources.limiter.write(.warning, text, to: resources.log) }
}
