import Glibc
import SystemPackage

/// Standard output and standard error.
enum Console {
  /// Writes octets as they are to standard output.
  static func write(_ octets: [UInt8]) throws {
    do {
      _ = try octets.withUnsafeBytes { try FileDescriptor.standardOutput.writeAll($0) }
    } catch {
      throw CommandFailure(.ioError, "standard output: \(error)")
    }
  }

  /// Writes a line to standard output.
  static func print(_ line: String) throws {
    try write(Array((line + "\n").utf8))
  }

  /// Writes `dkimtool: MESSAGE` to standard error; that this fails is nobody's concern.
  static func complain(_ message: String) {
    report("dkimtool: " + message)
  }

  /// Writes a line to standard error as it is.
  static func report(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array((line + "\n").utf8))
  }

  /// Whether colours are wanted on standard output: on a terminal, unless NO_COLOR is set.
  static var usesColor: Bool {
    isatty(1) == 1 && environment("NO_COLOR").map(\.isEmpty) ?? true && environment("TERM") != "dumb"
  }

  /// A variable of the environment.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
