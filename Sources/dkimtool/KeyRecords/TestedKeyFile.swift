import Glibc
import SystemPackage

/// A private key's file as opendkim-testkey looks at it: its errors and its warning, in its words.
struct TestedKeyFile {
  let contents: [UInt8]
  /// Others than the owner can read or write the file.
  let isOpenToOthers: Bool

  /// - Throws: `CommandFailure` with the status 71 where there is no such file.
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
    // Devices and pipes could keep the command waiting for ever.
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
