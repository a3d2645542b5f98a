import DKIMConfiguration
import DKIMCore
import NIOPosix

/// The task of `-t`: to evaluate messages and print the results. It works as in OpenDKIM, except that the exit status
/// is 1 after a failed verification.
struct TestTask: Sendable {
  private let active: ActiveConfiguration
  private let arguments: MilterArguments
  private let time: Timestamp

  static func run(_ files: [String], _ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    guard !files.isEmpty else { throw StartFailure(.usage, "-t needs the name of a file") }
    var (configuration, problems) = try ConfigurationSource(arguments).loadAtStart()
    for problem in problems where problem.severity == .warning { MilterProgram.report("\(problem)") }
    // Messages are signed only with -b.
    if !arguments.overrides.contains(where: { $0.name == Setting.mode.name }) { configuration.roles = [.verify] }
    // Without signing, messages that would be signed are verified instead of being accepted unprocessed.
    if !configuration.roles.contains(.sign) { configuration.signing.keys = .none }
    // As in OpenDKIM, no message is exempt from a test.
    (configuration.origin.peerList, configuration.origin.exemptDomains) = (nil, nil)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let active = ActiveConfiguration(
      configuration, plan: try KeySourcePlan(configuration.dns, previous: nil), previous: nil, group: group,
      metrics: MilterMetrics())
    let task = TestTask(
      active: active, arguments: arguments, time: arguments.fixedTime.map { Timestamp($0) } ?? .now)
    return MainThreadExecutor.run { await task.evaluate(files) } ?? .software
  }

  private func evaluate(_ files: [String]) async -> ExitStatus {
    var status = ExitStatus.success
    for file in files {
      let report = TestReport(
        file, verbosity: arguments.verbosity, readsKeyFile: active.configuration.dns.testPublicKeys != nil)
      do throws(TestMessage.Fault) {
        let message = try TestMessage(path: file, strict: active.configuration.process.strictTestMode)
        switch await TestConversation(active, report: report).run(message, at: time) {
        // As in OpenDKIM, a message whose processing ends at its header ends the test.
        case .endOfHeader(let verdict):
          report.settledEarly(verdict)
          return .software
        case .endOfMessage(let verdict):
          if !Self.isGood(verdict), status == .success { status = .failure }
        }
      } catch {
        report.write("\(error)")
        return error.status
      }
    }
    return status
  }

  /// False if a signature does not verify, or could not be made.
  private static func isGood(_ verdict: Verdict) -> Bool {
    verdict.signatures.allSatisfy { $0.code == .pass } && !verdict.counts.contains(.signingFailed)
  }
}
