import DKIMConfiguration
import DKIMCore
import Glibc
import SystemPackage

/// Loads private key files, with warnings.
enum PrivateKeyFile {
  /// Reads the key. Warns on standard error if other users can access the file or the size of the key is a problem.
  ///
  /// - Throws: `CommandFailure` that names the file and how to fix it.
  static func load(_ path: String) throws -> SigningKey {
    let file = try InputFile.open(path)
    warnOfOthers(file.descriptor, path)
    let contents = try InputFile.read(file, path)
    do {
      let key = try SigningKey(contents)
      if let problem = key.sizeProblem {
        Console.report("warning: \(path): \(problem): generate a new key and publish its record")
      }
      return key
    } catch {
      throw CommandFailure(.dataError, "\(path): \(error.textWithFix)")
    }
  }

  private static func warnOfOthers(_ file: FileDescriptor, _ path: String) {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0
    else { return }
    let octal = String(status.st_mode & 0o7777, radix: 8)
    let mode = String(repeating: "0", count: max(4 - octal.count, 0)) + octal
    let verb =
      switch (status.st_mode & 0o044 != 0, status.st_mode & 0o022 != 0) {
      case (true, true): "read and written"
      case (true, false): "read"
      case (false, true): "written"
      case (false, false): "executed"
      }
    Console.report(
      "warning: \(path): the private key can be \(verb) by other users (mode \(mode)); "
        + "run: chmod 600 \(ShellWord.quoted(path))")
  }
}
