import DKIMConfiguration
import DKIMCore
import Glibc
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: individual parts")
struct ServerPartsTests {
  @Test
  func `restarts are limited in total and within a time`() {
    var counted = RestartLimit(count: 2, rate: nil)
    #expect(counted.restart(at: .seconds(1)) == .restart)
    #expect(counted.restart(at: .seconds(2)) == .restart)
    #expect(counted.restart(at: .seconds(3)) == .giveUp("maximum restart count exceeded (AutoRestartCount 2)"))

    var limited = RestartLimit(count: 0, rate: (2, .seconds(10)))
    #expect(limited.restart(at: .seconds(0)) == .restart)
    #expect(limited.restart(at: .seconds(1)) == .restart)
    #expect(limited.restart(at: .seconds(20)) == .restart)
    #expect(limited.restart(at: .seconds(21)) == .restart)
    #expect(limited.restart(at: .seconds(22)) == .giveUp("maximum restart rate exceeded (AutoRestartRate 2/10s)"))
  }

  @Test(arguments: [(128, 64), (1024, 640), (4096, 2944), (66_000, 61_776), (524_288, 65_536), (1 << 20, 65_536)])
  func `connections are limited, and leave descriptors for other purposes`(descriptors: Int, expected: Int) {
    #expect(ResourceLimits.connections(descriptors: descriptors) == expected)
  }

  @Test
  func `lines on standard error are text, or JSON with the fields of the event`() throws {
    let event = LogEvent("signed", .info, "a \"b\"", fields: [LogEvent.Field("domain", "example.com")])
    let line = LogLine(event, jobID: "4ABC")
    let time = timespec(tv_sec: 86_400, tv_nsec: 5_000_000)
    let text = LogFormat.text.render(line, name: "milter", process: 7, at: time)
    #expect(String(decoding: text, as: UTF8.self) == "milter[7]: 4ABC: a \"b\"\n")
    let json = LogFormat.json.render(line, name: "milter", process: 7, at: time)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"time":"1970-01-02T00:00:00.005Z","level":"info","name":"milter","pid":7,"event":"signed","#
        + #""job":"4ABC","text":"a \"b\"","domain":"example.com"}"# + "\n")
  }

  @Test
  func `a line for syslog has priority, time, name and process ID`() throws {
    let socket = SyslogSocket(path: "/nonexistent", facility: try #require(SyslogFacility("mail")), name: "milter")
    let line = LogLine(LogEvent("x", .notice, "hello", namesJob: false), jobID: nil)
    let text = socket.render(line, process: 12, at: timespec(tv_sec: 0, tv_nsec: 0))
    #expect(text.hasPrefix("<21>") && text.hasSuffix(" milter[12]: hello"))
    #expect(SyslogFacility("LOCAL7")?.code == 23 << 3 && SyslogFacility("nonsense") == nil)
  }

  @Test
  func `metrics are in the text format of Prometheus`() {
    let family = MetricFamily(
      "a_total", .counter, "Help.", [MetricSample(2, "kind", "x\"\\\n"), MetricSample(0.5)])
    let samples = "a_total{kind=\"x\\\"\\\\\\n\"} 2\na_total 0.5\n"
    #expect(family.text == "# HELP a_total Help.\n# TYPE a_total counter\n" + samples)
    var histogram = LatencyHistogram()
    histogram.add(.milliseconds(3))
    histogram.add(.seconds(60))
    let counts = histogram.samples
    #expect(counts.last?.value == 2)
    #expect(counts.first { $0.labels.first?.value == "0.005" }?.value == 1)
    #expect(counts.first { $0.labels.first?.value == "+Inf" }?.value == 2)
  }

  @Test
  func `an HTTP request is complete when its empty line has arrived`() {
    #expect(!MetricsResponder.isWhole(Array("GET / HTTP/1.1\r\nA: b\r\n".utf8)))
    #expect(MetricsResponder.isWhole(Array("GET / HTTP/1.1\r\nA: b\r\n\r\n".utf8)))
  }

  @Test
  func `a pid file replaces an older one, and nothing else`() throws {
    let folder = try MilterFolder()
    try folder.write("1\n", to: "pid")
    let file = try PIDFile.create(at: folder.file("pid"))
    #expect(folder.read("pid") == "\(getpid())\n")
    #expect(file.remove() == nil)
    #expect(!folder.exists("pid"))
    symlink(folder.file("key"), folder.file("pid"))
    #expect(throws: PIDFile.WriteError.self) { try PIDFile.create(at: folder.file("pid")) }
    #expect(folder.read("key") == folder.key.pem)
  }

  @Test
  func `a pid file of another process is not removed`() throws {
    let folder = try MilterFolder()
    let file = try PIDFile.create(at: folder.file("pid"))
    try folder.write("1\n", to: "pid")
    #expect(file.remove() == nil)
    #expect(folder.exists("pid"))
  }

  @Test
  func `a pid file below another root does not follow links of that root's users`() throws {
    let folder = try MilterFolder()
    for name in ["root", "root/run", "outside"] { mkdir(folder.file(name), 0o755) }
    try folder.write("mine", to: "outside/pid")
    symlink(folder.file("outside"), folder.file("root/link"))
    symlink("run", folder.file("root/inner"))
    for path in ["/link/pid", "/inner/pid", "/../outside/none/pid", "/missing/pid"] {
      #expect(throws: PIDFile.WriteError.self) { try PIDFile.create(at: path, inside: folder.file("root")) }
    }
    #expect(folder.read("outside/pid") == "mine")
    let file = try PIDFile.create(at: "/run/pid", inside: folder.file("root"))
    #expect(folder.read("root/run/pid") == "\(getpid())\n")
    #expect(file.remove() == nil)
    let top = try PIDFile.create(at: "/../pid", inside: folder.file("root"))
    #expect(folder.exists("root/pid"))
    #expect(!folder.exists("pid"))
    #expect(top.remove() == nil)
  }

  @Test
  func `a metrics file replaces the old one, whatever other files are in the directory`() throws {
    let folder = try MilterFolder()
    mkfifo(folder.file("metrics.new"), 0o666)
    try folder.write("mine", to: "other")
    symlink(folder.file("other"), folder.file("metrics"))
    #expect(MetricsFile.write("a 1\n", to: folder.file("metrics")) == nil)
    #expect(folder.read("metrics") == "a 1\n")
    #expect(folder.read("other") == "mine")
    #expect(MetricsFile.write("a 1\n", to: folder.file("missing/metrics")) == .noSuchFileOrDirectory)
    mkdir(folder.file("directory"), 0o755)
    #expect(MetricsFile.write("a 1\n", to: folder.file("directory")) == .isDirectory)
    #expect(try TestFiles.names(in: folder.path).filter { $0.hasSuffix(".new") } == ["metrics.new"])
  }

  @Test(
    arguments: [
      ("READY=1", "READY=1"), ("STOPPING=1", "STOPPING=1"), ("RELOADING=1", "RELOADING=1"),
      ("WATCHDOG=1", "WATCHDOG=1"),
      ("STATUS=Filtering mail", "STATUS=Filtering mail"), ("MONOTONIC_USEC=12", "MONOTONIC_USEC=12"),
      ("MAINPID=1", "MAINPID=\(getpid())"), ("WATCHDOG=trigger", nil), ("NOTIFYACCESS=all", nil), ("FDSTORE=1", nil),
      ("MONOTONIC_USEC=x", nil), ("STATUS=\u{1B}[2J", nil), ("STATUS=" + String(repeating: "x", count: 300), nil),
      ("", nil),
    ] as [(String, String?)])
  func `the supervisor forwards what a worker reports to the service manager, and nothing else`(
    line: String, forwarded: String?
  ) {
    #expect(Supervisor.forwarded(Substring(line)) == forwarded)
  }

  @Test
  func `a stale unix socket is replaced, but not one in use or a file that is not a socket`() async throws {
    let folder = try MilterFolder()
    let first = try ListeningSocket.unix(folder.file("socket"))
    #expect(throws: StartFailure.self) { try ListeningSocket.unix(folder.file("socket")) }
    close(first.descriptor)
    // A process that another test starts has a copy of the descriptor until it executes its program.
    var replaced: ListeningSocket?
    try await eventually("the stale socket is replaced") {
      replaced = try? ListeningSocket.unix(folder.file("socket"))
      return replaced != nil
    }
    let second = try #require(replaced)
    second.file?.remove()
    #expect(!folder.exists("socket"))
    close(second.descriptor)
    try folder.write("mine", to: "socket")
    #expect(throws: StartFailure.self) { try ListeningSocket.unix(folder.file("socket")) }
    #expect(folder.read("socket") == "mine")
    #expect(throws: StartFailure.self) { try ListeningSocket.unix(folder.path + String(repeating: "x", count: 108)) }
  }

  @Test
  func `a message to test is converted to the form that an MTA sends`() throws {
    let message = try TestMessage(Array("A: b\n c\nD: e\n\nx\r\ny".utf8), strict: false)
    #expect(message.fields.map(\.line) == [1, 3])
    #expect(message.fields.map { String(decoding: $0.value, as: UTF8.self) } == [" b\r\n c", " e"])
    #expect(Array(message.body) == Array("x\r\ny".utf8))
    #expect(throws: TestMessage.Fault.bareLineFeed(line: 2)) {
      try TestMessage(Array("A: b\r\nC: d\n\r\n".utf8), strict: true)
    }
    #expect(throws: TestMessage.Fault.malformedHeader(line: 3)) {
      try TestMessage(Array("A: b\n c\nno field\n\n".utf8), strict: false)
    }
  }
}
