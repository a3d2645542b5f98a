import Glibc
import SystemPackage

/// Starts programs.
enum Spawn {
  /// Starts a program found in PATH, with `standardInput` and `standardOutput`. It shares standard error, unless
  /// `silently` is true.
  static func start(
    _ arguments: [String], standardInput: CInt, standardOutput: CInt, environment: [String: String] = [:],
    silently: Bool = false
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    posix_spawn_file_actions_adddup2(&actions, standardOutput, 1)
    if silently { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    var process: pid_t = 0
    let status = withCStrings(arguments) { argv in
      withCStrings(inherited(adding: environment)) { environment in
        posix_spawnp(&process, arguments[0], &actions, nil, argv, environment)
      }
    }
    guard status == 0 else { throw Errno(rawValue: status) }
    return process
  }

  /// Waits for the end and returns the exit status, or 128 or more if a signal killed it.
  static func wait(for process: pid_t) -> Int {
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(status & 0x7F)
  }

  /// Runs it with empty standard input and returns the exit status; 127 if it cannot be started.
  static func run(_ arguments: [String], silently: Bool = true) -> Int {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    guard
      let process = try? start(arguments, standardInput: null, standardOutput: null, silently: silently)
    else { return 127 }
    return wait(for: process)
  }

  /// Runs it with `input` on standard input and returns the exit status and standard output.
  static func run(
    _ arguments: [String], _ input: [UInt8], in folder: TemporaryFolder, environment: [String: String] = [:]
  ) throws -> (status: Int, output: [UInt8]) {
    try TestFile.write(input, to: folder.file("input"))
    let source = try FileDescriptor.open(FilePath(folder.file("input")), .readOnly, options: .closeOnExec)
    defer { try? source.close() }
    let output = try FileDescriptor.open(
      FilePath(folder.file("output")), .readWrite, options: [.create, .truncate, .closeOnExec],
      permissions: .ownerReadWrite)
    defer { try? output.close() }
    let process = try start(
      arguments, standardInput: source.rawValue, standardOutput: output.rawValue, environment: environment)
    let status = wait(for: process)
    try output.seek(offset: 0, from: .start)
    return (status, try TestFile.read(output))
  }

  private static func inherited(adding extra: [String: String]) -> [String] {
    var all: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if !extra.keys.contains(where: { text.hasPrefix($0 + "=") }) { all.append(text) }
      next += 1
    }
    return all + extra.map { "\($0.key)=\($0.value)" }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}

/// A directory that is deleted with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("\(Run.text("TMPDIR") ?? "/tmp")/dkim-interop.XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let made else { throw Errno(rawValue: errno) }
    path = made
  }

  func file(_ name: String) -> String { path + "/" + name }

  deinit { _ = Spawn.run(["rm", "-rf", path]) }
}

/// Writing of complete files.
enum TestFile {
  static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    _ = try file.closeAfter { try file.writeAll(bytes) }
  }

  static func read(_ descriptor: FileDescriptor) throws -> [UInt8] {
    var content: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      if count == 0 { return content }
      content += block[..<count]
    }
  }
}
