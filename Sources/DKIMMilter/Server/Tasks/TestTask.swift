import DKIMConfiguration
import DKIMCore
import NIOPosix

/// `-t`: evaluates messages and says what comes of them, as OpenDKIM does, except that a failed verification ends
/// with status 1.
struct TestTask: Sendable {
  private let generation: Generation
  private let arguments: MilterArguments
  private let time: Timestamp

  static func run(_ files: [String], _ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    guard !files.isEmpty else { throw StartFailure(.usage, "-t needs the name of a file") }
    var (configuration, problems) = try ConfigurationSource(arguments).loadAtStart()
    for problem in problems where problem.severity == .warning { MilterProgram.complain("\(problem)") }
    // Nobody wants a signature on what is looked at, unless -b says so.
    if !arguments.overrides.contains(where: { $0.name == "Mode" }) { configuration.roles = [.verify] }
    // What is ours is looked at, too: else it would pass untouched, since it is not for this role.
    if !configuration.roles.contains(.sign) { configuration.signing.keys = .none }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let generation = Generation(
      configuration, plan: try KeySourcePlan(configuration.dns, previous: nil), previous: nil, group: group,
      metrics: MilterMetrics())
    let task = TestTask(
      generation: generation, arguments: arguments, time: arguments.fixedTime.map { Timestamp($0) } ?? .now)
    return MainThreadExecutor.run { await task.evaluate(files) } ?? .software
  }

  private func evaluate(_ files: [String]) async -> ExitStatus {
    var status = ExitStatus.success
    for file in files {
      do throws(TestMessage.Fault) {
        let message = try TestMessage(path: file, strict: generation.configuration.process.strictTestMode)
        if !(await evaluate(message, name: file)), status == .success { status = .failure }
      } catch {
        MilterProgram.complain("\(file): \(error)")
        return .unavailable
      }
    }
    return status
  }

  /// False where a signature does not verify.
  private func evaluate(_ message: TestMessage, name: String) async -> Bool {
    await TestConversation(generation, verbosity: arguments.verbosity).run(message, at: time)
    guard generation.configuration.roles.contains(.verify) else { return true }
    let verifier = Verifier(keys: generation.keys, policy: generation.configuration.verification.policy)
    let results = await verifier.verify(message.octets, at: time)
    if results.isEmpty { MilterProgram.complain("\(name): message not signed") }
    for result in results { MilterProgram.complain("\(name): \(Self.line(result))") }
    return results.allSatisfy { $0.word == .pass }
  }

  /// `verification (s=S, d=D, 2048-bit key) succeeded`
  private static func line(_ result: VerificationResult) -> String {
    let (selector, domain) = (result.tags.selector ?? "-", result.tags.domain ?? "-")
    let bits = result.key?.record?.keyBits ?? 0
    if result.word == .pass { return "verification (s=\(selector), d=\(domain), \(bits)-bit key) succeeded" }
    let isSecure = result.key?.secure == true
    return "verification (s=\(selector) d=\(domain), \(bits)-bit key, \(isSecure ? "secure" : "insecure")) failed: "
      + result.reason
  }
}
