internal import DKIMConfiguration
internal import Glibc
internal import SystemSupport

/// The location of an LMDB database: a directory, or a file of any name.
struct LMDBPlace: Sendable {
  let path: String
  let isFolder: Bool
  /// The identity of the data file at the time of the check.
  let device: UInt64
  let inode: UInt64
  let owner: uid_t
  let group: gid_t
  let permissions: mode_t

  var dataPath: String { isFolder ? path + "/data.mdb" : path }
  /// The file in which readers and writers register.
  var lockPath: String { isFolder ? path + "/lock.mdb" : path + "-lock" }

  /// Examines the path without opening a file, because opening may block.
  init(_ path: String) throws(FileProblem) {
    var status = try Self.status(path)
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    self.path = path
    let dataPath = isFolder ? path + "/data.mdb" : path
    if isFolder { status = try Self.status(dataPath) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(path: dataPath, reason: .notAFile(SizeLimitedFile.kind(of: status.st_mode)))
    }
    (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    (owner, group, permissions) = (status.st_uid, status.st_gid, status.st_mode & 0o666)
    try checkLockFile()
  }

  /// Refuses a symbolic link, because the library would write to its target.
  private func checkLockFile() throws(FileProblem) {
    var status = stat()
    guard unsafe lstat(lockPath, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw FileProblem(path: lockPath, reason: .notAFile(SizeLimitedFile.kind(of: status.st_mode)))
  }

  private static func status(_ path: String) throws(FileProblem) -> stat {
    switch SizeLimitedFile.status(path) {
    case .success(let status): return status
    case .failure(let error): throw FileProblem(path: path, reason: .system(error))
    }
  }
}
