import DKIMCore
import MilterPeer
import MilterTestSupport
import Synchronization
import TestSupport
import Testing

/// A milter with one key that reads both of its tables from data sets: a directory with the key file, and the rows of
/// the tables.
struct SigningScene {
  let folder: String

  /// The row of the KeyTable.
  var keyRow: (name: String, domain: String, selector: String, path: String) {
    ("ourkey", Mail.ours, "sel", folder + "/ours.private")
  }

  /// The row of the KeyTable with its fields as one text.
  var keyText: String { "\(keyRow.domain):\(keyRow.selector):\(keyRow.path)" }

  /// The row of the SigningTable, whose value is the name of the key.
  var signingRow: (pattern: String, key: String) { (Mail.ours, "ourkey") }

  /// Runs `body` with a new directory.
  nonisolated(nonsending) static func run(
    _ body: nonisolated(nonsending) (SigningScene) async throws -> Void
  ) async throws {
    let folder = try Milter.makeFolder()
    defer { TestFiles.removeFolder(folder) }
    try await body(SigningScene(folder: folder))
  }

  private func setup(_ keyTable: String, _ signingTable: String, _ settings: [String]) -> MilterSetup {
    var setup = MilterSetup()
    setup.lines = ["KeyTable \(keyTable)", "SigningTable \(signingTable)", "LogWhy yes"] + settings
    return setup
  }

  /// Checks that a message is signed with a valid signature, and that mail of other domains is not signed.
  nonisolated(nonsending) func expectSigned(
    keyTable: String, signingTable: String, settings: [String] = [], environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var setup = setup(keyTable, signingTable, settings)
    setup.environment = environment
    try await Milter.run(setup, in: folder) { milter in
      let message = Mail.outgoing()
      let outcome = try await MailSession.deliver(message, to: milter)
      let isGood = await Mail.isSignedWell(outcome, message)
      #expect(isGood, "\(milter.log.suffix(2000))", sourceLocation: sourceLocation)
      let other = try await MailSession.deliver(Mail.message(from: "x@other.example", 2), to: milter)
      #expect(other.isAccepted && other.inserted("DKIM-Signature").isEmpty, sourceLocation: sourceLocation)
    }
  }

  /// Stops and starts the store while mail is delivered: nothing blocks, nothing is sent unsigned, mail is deferred
  /// within the time limit, and signed again within a second of the store's return.
  ///
  /// - Parameters:
  ///   - stop: stops the store.
  ///   - start: starts the store, and returns when it responds.
  ///   - timeLimit: time limit of the store in seconds.
  nonisolated(nonsending) func expectOutageIsSurvived(
    keyTable: String, signingTable: String, settings: [String] = [], timeLimit: Int = 2,
    stop: nonisolated(nonsending) () async throws -> Void, start: nonisolated(nonsending) () async throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let settings = ["DataSetTimeout \(timeLimit)", "LDAPTimeout \(timeLimit)", "DataSetCacheTTL 0"] + settings
    try await Milter.run(setup(keyTable, signingTable, settings), in: folder) { milter in
      let stream = SigningStream(milter)
      try await stream.run(sessions: 4) {
        try await stream.wait("mail is signed") { $0.signed >= 20 }
        try await stop()
        let before = stream.counts.deferred
        try await stream.wait("mail is put off") { $0.deferred >= before + 8 }
        try await start()
        let signed = stream.counts.signed
        let limit = Duration.seconds(TimeMeasurement.isPossible ? 1 : 30)
        try await stream.wait("mail is signed again within \(limit)", within: limit) { $0.signed > signed }
        try await stream.wait("and goes on to be") { $0.signed >= signed + 20 }
      }
      let counts = stream.counts
      #expect(counts.unsigned == 0, "\(milter.log.suffix(2000))", sourceLocation: sourceLocation)
      #expect(counts.failures.isEmpty, "\(counts.failures)", sourceLocation: sourceLocation)
      // All lookups of a message, each within its limit, plus some time for a slow machine.
      if TimeMeasurement.isPossible {
        #expect(counts.longest < .seconds(2 * timeLimit + 2), "\(counts.longest)", sourceLocation: sourceLocation)
      }
      #expect(milter.process.isRunning, sourceLocation: sourceLocation)
    }
  }
}

/// Internal messages, sent one after another in several sessions until a test is done.
final class SigningStream: Sendable {
  struct Counts: Sendable {
    var signed = 0
    var deferred = 0
    /// Messages sent without a signature.
    var unsigned = 0
    var failures: [String] = []
    var longest = Duration.zero

    mutating func count(_ outcome: PeerOutcome) {
      if outcome.isSigned { signed += 1 } else if outcome.isDeferred { deferred += 1 } else { unsigned += 1 }
    }
  }

  private let milter: Milter
  private let state = Mutex(Counts())
  private let isOver = Atomic(false)

  init(_ milter: Milter) { self.milter = milter }

  var counts: Counts { state.withLock { $0 } }

  nonisolated(nonsending) func wait(
    _ what: String, within limit: Duration = .seconds(20), _ condition: (Counts) -> Bool
  ) async throws {
    try await eventually("\(what): \(counts), \(milter.log.suffix(1500))", within: limit) { condition(counts) }
  }

  nonisolated(nonsending) func run(
    sessions: Int, _ body: nonisolated(nonsending) () async throws -> Void
  ) async throws {
    let senders = (0..<sessions).map { number in Task { await self.send(number) } }
    defer { isOver.store(true, ordering: .releasing) }
    try await body()
    isOver.store(true, ordering: .releasing)
    for sender in senders { await sender.value }
  }

  private func send(_ session: Int) async {
    var number = session * 100_000
    while !isOver.load(ordering: .acquiring) {
      number += 1
      let start = ContinuousClock.now
      do {
        let outcome = try await MailSession.deliver(Mail.outgoing(number), to: milter)
        let time = ContinuousClock.now - start
        state.withLock { counts in
          counts.longest = max(counts.longest, time)
          counts.count(outcome)
        }
      } catch {
        state.withLock { if $0.failures.count < 10 { $0.failures.append("\(error)") } }
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }
}
