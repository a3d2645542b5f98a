import Glibc
import SystemPackage
import TestSupport

/// The result of a command.
struct ToolRun {
  let status: Int32
  let output: [UInt8]
  let errors: [UInt8]

  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: errors, as: UTF8.self) }
  var lines: [Substring] { text.split(separator: "\n") }
}

/// A temporary directory in which shell commands run with the dkimtool that was built with the tests.
final class ToolFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("\(Self.variable("TMPDIR") ?? "/tmp")/dkimtool-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for folder in ["work", "out"] { guard mkdir("\(path)/\(folder)", 0o700) == 0 else { throw Errno(rawValue: errno) } }
  }

  deinit {
    _ = try? Self.shell("chmod -R u+rwx '\(path)'; rm -rf '\(path)'")
  }

  func write(_ name: String, _ bytes: [UInt8], mode: FilePermissions = .ownerReadWrite) throws {
    let file = try FileDescriptor.open(
      FilePath("\(path)/work/\(name)"), .writeOnly, options: [.create, .truncate], permissions: mode)
    _ = try file.closeAfter { try file.writeAll(bytes) }
  }

  func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  func read(_ name: String) throws -> [UInt8] {
    try TestFiles.read("\(path)/work/\(name)")
  }

  /// Runs a shell command in the directory.
  func run(_ command: String) throws -> ToolRun {
    // Without this, a build that measures coverage leaves a file behind; sanitizers need their settings.
    let settings = "LLVM_PROFILE_FILE=/dev/null TSAN_OPTIONS=\"$TSAN_OPTIONS\" ASAN_OPTIONS=\"$ASAN_OPTIONS\""
    let programs = "PATH='\(TestFiles.programs):/usr/bin:/bin'"
    let variables = "env -i \(settings) \(programs) LC_ALL=C.UTF-8 TERM=xterm"
    let location = "umask 022; cd '\(path)/work'"
    let status = try Self.shell(
      "\(location) && \(variables) /bin/sh -c \(Self.quoted(command)) >'\(path)/out/1' 2>'\(path)/out/2' </dev/null"
    )
    return ToolRun(
      status: status, output: try TestFiles.read("\(path)/out/1"), errors: try TestFiles.read("\(path)/out/2"))
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// - Returns: the exit status, or 128 and the number of the signal.
  private static func shell(_ command: String) throws -> Int32 {
    var process = pid_t()
    let words: [String] = ["/bin/sh", "-c", command]
    let arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    let error = posix_spawn(&process, "/bin/sh", nil, nil, arguments + [nil], environ)
    guard error == 0 else { throw Errno(rawValue: error) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
