import Glibc
import TestSupport

/// The setup of a milter.
struct MilterSetup: Hashable, Sendable {
  /// The lines of opendkim.conf, except the socket and the name server.
  var lines: [String]
  /// The port of the DNS server on 127.0.0.1; by default, the one with the zones of the run.
  var nameServer: Int?

  init(_ lines: String...) { self.lines = lines }

  func adding(_ more: String...) -> MilterSetup {
    var setup = self
    setup.lines += more
    return setup
  }
}

/// A running milter.
final class MilterProcess: Sendable {
  let process: ChildProcess
  let configuration: String
  let logFile: String
  private let folder: MailFolder

  var id: pid_t { process.id }

  /// Starts `program` and waits until it listens where `postfix` expects it.
  init(
    _ program: MilterProgram, configuration: String, logFile: String, in folder: MailFolder,
    isListening: @Sendable () -> Bool
  ) async throws {
    self.folder = folder
    self.configuration = configuration
    self.logFile = logFile
    process = try ChildProcess(program.arguments(configuration: configuration), log: logFile)
    try folder.note(process.id)
    let (process, log) = (process, { Self.text(logFile) })
    try await eventually("the milter listens", within: .seconds(30)) {
      if !process.isRunning {
        throw ChildProcess.Failure("the milter ended with \(process.exitStatus ?? -1): \(log())")
      }
      return isListening()
    }
  }

  var isRunning: Bool { process.isRunning }

  /// Its standard output and error.
  var log: String { Self.text(logFile) }

  /// The exit status.
  @discardableResult
  func stop(_ signal: CInt = SIGTERM, timeout: Duration = .seconds(20)) -> Int {
    defer { folder.forget(process.id) }
    return process.stop(signal, timeout: timeout)
  }

  /// The memory in use, in bytes.
  var residentMemory: Int {
    status("VmRSS:") * 1024
  }

  /// The number of open files.
  var descriptors: Int { (try? TestFiles.names(in: "/proc/\(id)/fd").count) ?? 0 }

  /// Seconds of processor time so far.
  var processorTime: Double {
    let text = Self.text("/proc/\(id)/stat")
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
  }

  private func status(_ name: String) -> Int {
    let line = Self.text("/proc/\(id)/status").split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  private static func text(_ path: String) -> String {
    (try? TestFiles.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
