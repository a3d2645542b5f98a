import DKIMConfiguration
import DKIMCore
import DKIMDNS
import Glibc
import Milter
import NIOCore
import NIOPosix
import Synchronization
import SystemSupport

/// Sends failure reports with `MTACommand`, in the background: no message waits for them. All of it is limited: the
/// reports in progress, the reports per hour, the processes, and the time of each.
final class ReportSender: Sendable {
  /// The most reports in progress; further ones are dropped.
  static let mostInProgress = 16
  private static let processes = 2

  private struct State {
    var inProgress = 0
    var limit = ReportLimit()
    /// The threads that wait for processes; created with the first report.
    var threads: NIOThreadPool?
  }

  private let state = Mutex(State())
  private let executor: LoopExecutor
  private let log: Log
  private let limiter: LogLimiter
  private let metrics: MilterMetrics
  private let draw: @Sendable () -> Int
  private let timeLimit: Duration

  /// - Parameters:
  ///   - loop: the event loop on which the reports are written.
  ///   - draw: returns a random number from 0 to 99.
  ///   - timeLimit: how long the command may take.
  init(
    log: Log, limiter: LogLimiter, metrics: MilterMetrics, loop: any EventLoop,
    draw: @escaping @Sendable () -> Int = { Int.random(in: 0..<100) }, timeLimit: Duration = .seconds(60)
  ) {
    self.log = log
    self.limiter = limiter
    self.metrics = metrics
    executor = LoopExecutor(loop)
    self.draw = draw
    self.timeLimit = timeLimit
  }

  /// Looks up the records of the signers, and sends the reports that they want.
  func send(_ incidents: [FailureIncident], keys: any SharedKeySource) {
    for incident in incidents {
      let isAllowed = state.withLock { state in
        guard state.inProgress < Self.mostInProgress else { return false }
        state.inProgress += 1
        return true
      }
      guard isAllowed else {
        metrics.add(.reportsDropped)
        limiter.write(.warning, "too many failure reports are in progress; one is not sent", to: log)
        continue
      }
      Task(executorPreference: executor) { [self] in
        await process(incident, keys)
        state.withLock { $0.inProgress -= 1 }
      }
    }
  }

  /// Waits until all reports are sent, but at most until `end`.
  func flush(until end: ContinuousClock.Instant) {
    while state.withLock({ $0.inProgress > 0 }), ContinuousClock.now < end { usleep(2000) }
  }

  private func process(_ incident: FailureIncident, _ keys: any SharedKeySource) async {
    let client = incident.message.connection.address.flatMap { KeyClient($0) }
    let answer = await keys.answer(incident.query, for: client)
    let recipient: String
    switch incident.action(for: answer, draw: draw()) {
    case .skip(let why): return write(.reportSkipped(why), incident)
    case .send(let address): recipient = address
    }
    let second = MonotonicClock.nanoseconds / 1_000_000_000
    guard state.withLock({ $0.limit.allows(incident.query.domain.asciiForm, at: second) }) else {
      metrics.add(.reportsDropped)
      return write(.reportSkipped("too many reports in the last hour"), incident)
    }
    let message = FailureReport.message(incident, to: recipient, at: .now)
    let command = ReportCommand(
      words: incident.rules.commandWords + ["-t", "-f" + incident.rules.envelopeSender], timeLimit: timeLimit)
    let failure = await withCheckedContinuation { done in
      threads.submit { _ in done.resume(returning: command.run(input: message)) }
    }
    metrics.add(failure == nil ? .reportsSent : .reportsFailed)
    if let failure {
      write(.reportFailed(to: recipient, failure), incident)
    } else {
      write(.reportSent(to: recipient), incident)
    }
  }

  private var threads: NIOThreadPool {
    state.withLock { state in
      if let threads = state.threads { return threads }
      let threads = NIOThreadPool(numberOfThreads: Self.processes)
      threads.start()
      state.threads = threads
      return threads
    }
  }

  private func write(_ event: LogEvent, _ incident: FailureIncident) {
    log.write(LogLine(event, jobID: incident.message.jobID))
  }
}

extension LogEvent {
  static func reportSent(to address: String) -> LogEvent {
    LogEvent("report-sent", .info, "failure report sent to \(address)", fields: [Field("recipient", address)])
  }

  static func reportSkipped(_ why: String) -> LogEvent {
    LogEvent("report-skipped", .info, "no failure report: \(why)", fields: [Field("reason", why)])
  }

  static func reportFailed(to address: String, _ why: String) -> LogEvent {
    LogEvent(
      "report-failed", .error, "failure report to \(address) not sent: \(why)",
      fields: [Field("recipient", address), Field("reason", why)])
  }
}
