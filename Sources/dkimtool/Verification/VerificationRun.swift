import DKIMCore
import DKIMDiagnostics
import Synchronization

/// Verifies all messages of a command, with any number of workers.
struct VerificationRun: Sendable {
  let context: VerificationContext
  /// Whether to find out what happened to messages that fail.
  let explains: Bool
  let format: ReportFormat

  /// Verifies all messages and prints the results.
  ///
  /// - Returns: the number of messages with each outcome.
  func verify(_ source: MessageSource, jobs: Int, output: OrderedOutput) async throws -> Tally {
    let tally = SharedTally()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<jobs {
        group.addTask {
          while let step = source.next() {
            if await !process(step, output, tally) { source.stop() }
          }
        }
      }
    }
    try output.finish()
    return tally.value.withLock { $0 }
  }

  /// Processes one step.
  ///
  /// - Returns: false if printing has failed, so that the run should stop.
  private func process(_ step: MessageSource.Step, _ output: OrderedOutput, _ tally: SharedTally) async -> Bool {
    switch step {
    case .message(let message):
      let report = await report(message)
      tally.value.withLock { $0.count(report.verdict, isUnexplained: !explains && report.hasChanged) }
      let entry = OrderedOutput.Entry(text: format.text(report))
      return output.deliver(entry, at: message.position, isLast: !message.isFromMailbox)
    case .failure(let position, let name, let failure):
      tally.value.withLock { $0.count(failure) }
      let entry = OrderedOutput.Entry(
        text: format.text(name, failure), errorText: PrintableText.escaped(failure.message))
      return output.deliver(entry, at: position, isLast: true)
    case .end(let position):
      output.end(at: position)
      return true
    }
  }

  private func report(_ message: InputMessage) async -> MessageReport {
    var examination = await MessageVerification(message.bytes, in: context)
    // Only the body hash shows whether the author wrote ">From " or the mbox writer added the ">".
    if message.isFromMailbox, examination.hasBodyChanged, let unquoted = MboxReader.unquoted(message.bytes) {
      let other = examination.of(unquoted)
      if other.passes > examination.passes { examination = other }
    }
    let causes = explains ? examination.causes().map { $0.map(\.description) } : examination.results.map { _ in [] }
    return MessageReport(
      name: message.name, header: examination.header, verification: examination.report, causes: causes,
      time: context.time)
  }
}

/// A tally that workers share.
private final class SharedTally: Sendable {
  let value = Mutex(Tally())
}
