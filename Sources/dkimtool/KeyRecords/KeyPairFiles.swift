import DKIMCore
import DKIMDiagnostics
import Glibc
import SystemPackage

/// The two files of a key: `SELECTOR.private` and `SELECTOR.txt`.
struct KeyPairFiles {
  let key: NewFiles.File
  let record: NewFiles.File

  /// - Parameters:
  ///   - base: the path that both files share, without `.private` and `.txt`.
  ///   - absolute: whether the record in the zone file has its full name.
  init(_ key: SigningKey, _ record: ZoneRecord, base: String, absolute: Bool) {
    let paths = Self.paths(base)
    self.key = NewFiles.File(path: paths.key, contents: Array(key.pem.utf8))
    self.record = NewFiles.File(path: paths.record, contents: Array(record.zoneFile(absolute: absolute).utf8))
  }

  static func paths(_ base: String) -> (key: String, record: String) { (base + ".private", base + ".txt") }

  var all: [NewFiles.File] { [key, record] }

  /// Writes both files, with the owner and the mode of the files that they replace, and keeps the old files in the
  /// same directory, with the suffix `.old`, `.old.2`, `.old.3` and so on.
  ///
  /// - Returns: the new names of the old files.
  /// - Throws: `CommandFailure` that names the file; the old files then have their original names.
  func replaceKeepingOld() throws -> [String] {
    let paths = all.map(\.path)
    try NewFiles.checkPaths(paths, mayReplace: true)
    // A filter that may read the old key must be able to read the new one.
    let files = all.map { $0.withAttributesOfExistingFile() }
    let old = try KeptFiles(paths)
    do {
      try NewFiles.replace(files)
    } catch {
      old.restore()
      throw error
    }
    return old.names
  }
}

extension NewFiles.File {
  /// Returns the file with the owner and the mode of the regular file at its path, if there is one.
  fileprivate func withAttributesOfExistingFile() -> NewFiles.File {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return self }
    var file = self
    file.mode = status.st_mode & 0o777
    file.owner = NewFiles.Owner(user: status.st_uid, group: status.st_gid)
    return file
  }
}

/// Second names of files that are about to be replaced.
private struct KeptFiles {
  private struct Kept {
    let path: String
    let name: String
    /// The file was renamed, because the file system has no hard links: it has only its second name.
    let isMoved: Bool
  }

  private var kept: [Kept] = []

  var names: [String] { kept.map(\.name) }

  /// Gives every existing file a second name: its name with the first suffix that is free for all of them.
  init(_ paths: [String]) throws {
    for number in 1... {
      let suffix = number == 1 ? ".old" : ".old.\(number)"
      guard !paths.contains(where: { Self.exists($0 + suffix) }) else { continue }
      do {
        for path in paths where Self.exists(path) { kept.append(try Self.keep(path, as: path + suffix)) }
        return
      } catch Errno.fileExists {
        // Another process took the name.
        restore()
        kept = []
      } catch {
        restore()
        throw CommandFailure(.cannotCreate, "\(paths[kept.count]): the old file cannot be kept: \(error)")
      }
    }
  }

  /// Undoes the changes: removes the second names again.
  func restore() {
    for file in kept {
      if file.isMoved { rename(file.name, file.path) } else { unlink(file.name) }
    }
  }

  private static func keep(_ path: String, as name: String) throws -> Kept {
    if link(path, name) == 0 { return Kept(path: path, name: name, isMoved: false) }
    let reason = errno
    guard reason == EPERM || reason == EOPNOTSUPP || reason == ENOSYS || reason == EMLINK else {
      throw Errno(rawValue: reason)
    }
    guard rename(path, name) == 0 else { throw Errno(rawValue: errno) }
    return Kept(path: path, name: name, isMoved: true)
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
