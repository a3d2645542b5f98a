import Glibc
import SystemPackage

/// A private key file, read with the same checks and messages as in opendkim-testkey.
struct TestedKeyFile {
  let contents: [UInt8]
  /// Whether users other than the owner can read or write the file.
  let isOpenToOthers: Bool

  /// - Throws: `CommandFailure` with the status 71 if the file cannot be read or is not a regular file.
  init(_ path: String) throws {
    guard path != InputFile.standardInput else {
      contents = try InputFile.read(path)
      isOpenToOthers = false
      return
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw CommandFailure(.systemError, "\(path): stat(): \(Errno(rawValue: errno))")
    }
    // Reading a device or a pipe could block forever.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure(.systemError, "\(path): stat(): not a regular file")
    }
    do {
      contents = try InputFile.read(path)
    } catch let failure as CommandFailure where failure.status == .noInput {
      throw CommandFailure(.systemError, failure.message)
    }
    isOpenToOthers = status.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) != 0
  }
}
