/// The writer of the statistics file (`Statistics`).
final class StatisticsWriter: Sendable {
  private typealias Entry = (record: StatisticsRecord, path: String)

  /// The maximum size of the queued records in bytes.
  static let capacity = 1 << 20

  private let writer: BackgroundWriter<Entry>
  private let metrics: MilterMetrics

  init(log: Log, limiter: LogLimiter, metrics: MilterMetrics) {
    self.metrics = metrics
    writer = BackgroundWriter(capacity: Self.capacity) { entries, lost in
      let warn = { (text: String) in limiter.write(.warning, text, to: log) }
      if lost > 0 { warn("\(lost) statistics records were lost because the disk is too slow") }
      for (path, entries) in Dictionary(grouping: entries, by: \.path) {
        do throws(StatisticsFile.WriteError) {
          try StatisticsFile.append(entries.map(\.record), to: path)
        } catch {
          metrics.add(.lostStatistics, entries.count)
          warn("Statistics \(path): \(error)")
        }
      }
    }
  }

  /// Queues a record for the file at the given path.
  func write(_ record: StatisticsRecord, to path: String) {
    if !writer.add((record, path), size: record.text.utf8.count) { metrics.add(.lostStatistics) }
  }

  /// Waits until all records are written, but at most until `end`.
  func flush(until end: ContinuousClock.Instant) { writer.flush(until: end) }
}
