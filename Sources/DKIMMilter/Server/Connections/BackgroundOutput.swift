import DKIMConfiguration
import NIOCore

/// What the filter writes and sends about messages besides its response to the MTA. No message waits for it.
struct BackgroundOutput: Sendable {
  private let statistics: StatisticsWriter
  private let reports: ReportSender
  private let files: DiagnosticFileWriter

  /// - Parameter loop: the event loop on which failure reports are written.
  init(log: Log, limiter: LogLimiter, metrics: MilterMetrics, loop: any EventLoop) {
    statistics = StatisticsWriter(log: log, limiter: limiter, metrics: metrics)
    reports = ReportSender(log: log, limiter: limiter, metrics: metrics, loop: loop)
    files = DiagnosticFileWriter(log: log, limiter: limiter, metrics: metrics)
  }

  /// Queues the output about a message.
  func add(_ verdict: Verdict, _ active: ActiveConfiguration) {
    if let record = verdict.statistics, let path = active.configuration.statistics.file {
      statistics.write(record, to: path)
    }
    reports.send(verdict.incidents, keys: active.keys)
    files.write(verdict.files)
  }

  /// Waits until all output is written and sent, but at most for `limit`.
  func flush(within limit: Duration) {
    let end = ContinuousClock.now + limit
    statistics.flush(until: end)
    files.flush(until: end)
    reports.flush(until: end)
  }
}
