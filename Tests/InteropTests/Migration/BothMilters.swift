import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

/// A message for both milters, with its client.
struct MigrationMessage {
  var message: PeerMessage
  var client = MailSession.outside
}

/// Debian's opendkim and the milter under test, with the same settings and the same messages.
enum BothMilters {
  /// Lines of opendkim.conf, in which FOLDER is replaced by a directory with the key `ours.private`, and the records of
  /// `TestPublicKeys`, by name.
  struct Settings {
    var lines: [String]
    var records: [String: String] = [:]

    init(_ lines: String...) { self.lines = lines }
  }

  static let original = "/usr/sbin/opendkim"
  static let missing: Comment = "opendkim or cc is not installed: Scripts/install test"

  /// With DKIM_INTEROP_REQUIRED, the tests run, and fail, even without Debian's opendkim.
  static let canRun =
    Run.requiresPeers || access(original, X_OK) == 0 && Spawn.run(["cc", "--version"]) == 0

  /// Sends the messages to both programs and returns the outcomes, first those of Debian's opendkim.
  static func deliver(
    _ messages: [MigrationMessage], _ settings: Settings
  ) async throws -> [(theirs: MigrationAnswer, ours: MigrationAnswer)] {
    let theirs = try await deliver(messages, settings, to: original)
    let ours = try await deliver(messages, settings, to: MilterRun.program)
    return Array(zip(theirs, ours))
  }

  /// Sends the messages to one program, each on a separate connection.
  static func deliver(
    _ messages: [MigrationMessage], _ settings: Settings, to program: String
  ) async throws -> [MigrationAnswer] {
    let isOriginal = program == original
    let tools = try TemporaryFolder()
    var setup = MilterTestSupport.MilterSetup()
    setup.program = program
    setup.hasUsualRules = false
    if isOriginal {
      try Compiler.compile(PeerKind.file("syslog.c"), to: tools.file("syslog.so"), flags: "-shared -fPIC")
      setup.environment = ["LD_PRELOAD": tools.file("syslog.so")]
      // The milter under test logs to standard error by default.
      setup.lines = ["Syslog yes"]
    }
    let folder = try Milter.makeFolder { folder in
      let records = settings.records.map { "\($0.key) \($0.value)\n" }.joined()
      try TestFiles.write(Array(records.utf8), to: folder + "/records")
    }
    defer { TestFiles.removeFolder(folder) }
    setup.lines += settings.lines.map { $0.replacing("FOLDER", with: folder) }
    if !settings.records.isEmpty { setup.lines.append("TestPublicKeys \(folder)/records") }
    return try await Milter.run(setup, in: folder) { milter in
      var outcomes: [PeerOutcome] = []
      for (number, one) in messages.enumerated() {
        var message = one.message
        message.queueID = Self.queueID(number)
        outcomes.append(try await MailSession.deliver(message, to: milter, from: one.client))
      }
      // opendkim takes five seconds to end, and its log is already complete.
      milter.process.stop(timeout: isOriginal ? .zero : .seconds(10))
      let lines = milter.log.split(separator: "\n")
      return outcomes.enumerated().map { number, outcome in
        let mark = ": \(Self.queueID(number)): "
        let log = lines.compactMap { line in line.firstRange(of: mark).map { String(line[$0.upperBound...]) } }
        let others = lines.filter { !$0.contains(": 4B1C2D") }.compactMap { line in
          line.firstRange(of: ": ").map { String(line[$0.upperBound...]) }
        }
        return MigrationAnswer(outcome: outcome, log: log, otherLog: others)
      }
    }
  }

  private static func queueID(_ number: Int) -> String { "4B1C2D\(100 + number)" }
}
