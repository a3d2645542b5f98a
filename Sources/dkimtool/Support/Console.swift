import Glibc
import SystemPackage

/// Standard output and standard error.
enum Console {
  /// The name that messages start with: `dkimtool`, or the OpenDKIM program that this process was called as.
  static let programName = OpenDKIMProgram.invoked?.rawValue ?? "dkimtool"

  /// Writes bytes to standard output, unchanged.
  static func write(_ bytes: [UInt8]) throws {
    do {
      _ = try bytes.withUnsafeBytes { try FileDescriptor.standardOutput.writeAll($0) }
    } catch {
      throw CommandFailure(.ioError, "standard output: \(error)")
    }
  }

  /// Writes a line to standard output.
  static func print(_ line: String) throws {
    try write(Array((line + "\n").utf8))
  }

  /// Writes `dkimtool: MESSAGE` to standard error, with the name of the program that was called; a failure to write
  /// is ignored.
  static func report(_ message: String) {
    writeError(programName + ": " + message)
  }

  /// Writes a line to standard error, without a prefix.
  static func writeError(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array((line + "\n").utf8))
  }

  /// Whether to use colors on standard output: on a terminal, unless NO_COLOR is set.
  static var usesColor: Bool {
    isatty(1) == 1 && environment("NO_COLOR").map(\.isEmpty) ?? true && environment("TERM") != "dumb"
  }

  /// Returns the value of an environment variable.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
