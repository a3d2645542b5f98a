import DKIMConfiguration
import DKIMCore
import Glibc
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: the statistics file")
struct StatisticsFileTests {
  /// The record of an unsigned message.
  private func record(_ job: String = "4ABCDEF") async throws -> StatisticsRecord {
    var scene = FilterScene()
    scene.configuration.statistics.file = "set"
    scene.macros["i"] = job
    return try #require(await scene.run(FilterScene.plain).statistics)
  }

  @Test
  func `records are appended, after the version in a new file that only its owner can read`() async throws {
    let folder = try MilterFolder()
    let (first, second) = (try await record(), try await record("4ABCDE0"))
    try StatisticsFile.append([first, second], to: folder.file("stats"))
    try StatisticsFile.append([first], to: folder.file("stats"))
    #expect(folder.read("stats") == "V3\n" + first.text + second.text + first.text)
    var status = stat()
    #expect(stat(folder.file("stats"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    // It was moved away to be imported.
    rename(folder.file("stats"), folder.file("old"))
    try StatisticsFile.append([second], to: folder.file("stats"))
    #expect(folder.read("stats") == "V3\n" + second.text)
  }

  @Test
  func `links, pipes and directories are not used`() async throws {
    let folder = try MilterFolder()
    let record = try await record()
    try folder.write("mine", to: "other")
    try folder.write("V3\n", to: "foreign")
    #expect(geteuid() != 0 || chown(folder.file("foreign"), 1, 1) == 0)
    symlink(folder.file("other"), folder.file("symbolic"))
    link(folder.file("other"), folder.file("hard"))
    mkfifo(folder.file("pipe"), 0o666)
    mkdir(folder.file("directory"), 0o755)
    let expected: [(String, StatisticsFile.WriteError)] = [
      ("symbolic", .system(.tooManySymbolicLinkLevels)), ("hard", .linked), ("directory", .system(.isDirectory)),
      ("missing/stats", .system(.noSuchFileOrDirectory)),
    ]
    for (name, error) in expected + (geteuid() == 0 ? [("foreign", .foreign)] : []) {
      #expect(throws: error) { try StatisticsFile.append([record], to: folder.file(name)) }
    }
    // Without a reader, a pipe cannot be opened; with one, it is refused.
    #expect(throws: StatisticsFile.WriteError.self) { try StatisticsFile.append([record], to: folder.file("pipe")) }
    let reader = open(folder.file("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    #expect(throws: StatisticsFile.WriteError.notRegular) {
      try StatisticsFile.append([record], to: folder.file("pipe"))
    }
    #expect(folder.read("other") == "mine")
  }

  /// The kernel signals that a file is too large with SIGXFSZ, so a device that is always full is used instead.
  @Test
  func `a device that is full is not a regular file`() async throws {
    let record = try await record()
    #expect(throws: StatisticsFile.WriteError.notRegular) { try StatisticsFile.append([record], to: "/dev/full") }
  }

  @Test
  func `a disk that hangs loses records, which are counted, and delays nothing`() async throws {
    let folder = try MilterFolder()
    let record = try await record()
    try folder.write("", to: "stats")
    let metrics = MilterMetrics()
    let writer = StatisticsWriter(log: Log(.nowhere), limiter: LogLimiter(), metrics: metrics)
    // The lock of another process keeps the thread from writing.
    let lock = open(folder.file("stats"), O_RDONLY)
    #expect(flock(lock, LOCK_EX) == 0)
    writer.write(record, to: folder.file("stats"))
    let count = 2 * StatisticsWriter.capacity / record.text.utf8.count
    for _ in 0..<count { writer.write(record, to: folder.file("stats")) }
    // At most one full queue has left before the thread waits for the lock.
    #expect(metrics.snapshot[.lostStatistics] > 0)
    writer.flush(until: .now + .milliseconds(5))
    #expect(folder.read("stats") == "")
    close(lock)
    writer.flush(until: .now + .seconds(10))
    let lines = folder.read("stats").split(separator: "\n")
    #expect(lines.first == "V3")
    #expect(lines.count == 1 + 1 + count - metrics.snapshot[.lostStatistics])
  }

  @Test
  func `a file that another program has locked is given up`() async throws {
    let folder = try MilterFolder()
    try folder.write("", to: "stats")
    let lock = open(folder.file("stats"), O_RDONLY)
    #expect(flock(lock, LOCK_EX) == 0)
    let record = try await record()
    #expect(throws: StatisticsFile.WriteError.locked) { try StatisticsFile.append([record], to: folder.file("stats")) }
    close(lock)
    #expect(folder.read("stats") == "")
  }

  @Test
  func `records that cannot be written are counted`() async throws {
    let folder = try MilterFolder()
    let metrics = MilterMetrics()
    let writer = StatisticsWriter(log: Log(.nowhere), limiter: LogLimiter(), metrics: metrics)
    writer.write(try await record(), to: folder.file("missing/stats"))
    writer.flush(until: .now + .seconds(10))
    #expect(metrics.snapshot[.lostStatistics] == 1)
    #expect(metrics.text(droppedLogLines: 0, dns: nil, keyAges: []).contains("statistics_records_lost_total 1\n"))
  }
}
