#if LMDB
  internal import CProcess
  internal import Glibc

  /// The user as whom the superuser opens a database, so that its lock file does no harm.
  ///
  /// The library creates and writes the lock file, and follows symbolic links. A user who can create a link there could
  /// make the superuser write to any file; with the rights of that user, the link gains nothing.
  enum LMDBLockOwner: Hashable {
    typealias Failure = LMDBEnvironment.Failure

    /// Only the superuser can change the path to the lock file.
    case superuser
    /// The only user besides the superuser who owns directories on the path; if there is none but others can change the
    /// path, the owner of the data. The group is the one that may write to the directory of the lock file.
    case user(uid_t, gid_t)
    /// No such user: there are several, who could access each other's files, or the superuser owns both the directories
    /// and the data, but others can change the path. Locks are not used in this case.
    case unclear

    private static let noGroup: gid_t = 65_534

    init(_ location: LMDBPlace) {
      guard let folders = Self.folders(above: location.lockPath), let last = folders.last else {
        self = .unclear
        return
      }
      let owners = Set(folders.map(\.st_uid)).subtracting([0])
      // Links can be created in the last directory even if it has the sticky bit; in the others, that bit prevents
      // users from replacing directories that are not theirs.
      let isShared = Self.isShared(last) || folders.contains { $0.st_mode & S_ISVTX == 0 && Self.isShared($0) }
      switch (owners.count, isShared) {
      case (0, false): self = .superuser
      case (0, true) where location.owner != 0: self = .user(location.owner, Self.group(last))
      case (1, _): self = owners.first.map { .user($0, Self.group(last)) } ?? .unclear
      default: self = .unclear
      }
    }

    /// Creates the lock file if necessary, and runs `body`, which opens the database, as the right user.
    ///
    /// - Throws: the errors of `body`, and EACCES if locks cannot be used.
    func perform<Result>(_ location: LMDBPlace, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
      switch self {
      case .superuser:
        // Everyone who may write the data must be able to lock it.
        try Self.giveAway(Self.makeLockFile(location), owner: location.owner, group: location.group)
        return try body()
      case .user(let user, let group):
        let made = try Self.acting(as: user, group) { () throws(Failure) in try Self.makeLockFile(location) }
        Self.giveAway(made, owner: user, group: location.group)
        return try Self.acting(as: user, group, body)
      case .unclear: throw Failure(number: EACCES)
      }
    }

    /// Creates the lock file; `nil` if the path already exists.
    private static func makeLockFile(_ location: LMDBPlace) throws(Failure) -> CInt? {
      let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = unsafe open(location.lockPath, flags, location.permissions)
      if descriptor >= 0 { return descriptor }
      guard errno == EEXIST else { throw Failure(number: errno) }
      return nil
    }

    private static func giveAway(_ file: CInt?, owner: uid_t, group: gid_t) {
      guard let file else { return }
      _ = fchown(file, owner, group)
      close(file)
    }

    /// Runs `body` with the file access rights of a user and a group. The C function returns 0 on failure.
    private static func acting<Result>(
      as user: uid_t, _ group: gid_t, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
      var groups = [gid_t](repeating: 0, count: Int(cprocess_most_groups))
      var count: CInt = 0
      guard unsafe cprocess_act_as(user, group, &groups, &count) != 0 else { throw Failure(number: EPERM) }
      defer { _ = unsafe cprocess_act_as_superuser(groups, count) }
      return try body()
    }

    /// Returns the status of the directories on the path to a file, from the root down; `nil` if one cannot be
    /// examined.
    private static func folders(above path: String) -> [stat]? {
      let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      guard let real = unsafe realpath(parent.isEmpty ? "/" : parent, nil) else { return nil }
      defer { unsafe free(real) }
      let text = unsafe String(cString: real)
      var folder = "/"
      var folders: [stat] = []
      for name in [nil] + text.split(separator: "/").map(Optional.some) {
        if let name { folder += folder == "/" ? name : "/" + name }
        var status = stat()
        guard unsafe lstat(folder, &status) == 0 else { return nil }
        folders.append(status)
      }
      return folders
    }

    /// Whether users other than its owner and the superuser can write to a directory.
    private static func isShared(_ folder: stat) -> Bool {
      folder.st_mode & S_IWOTH != 0 || folder.st_mode & S_IWGRP != 0 && folder.st_gid != 0
    }

    /// Returns the group that may write to a directory, or `noGroup`.
    private static func group(_ folder: stat) -> gid_t {
      folder.st_mode & S_IWGRP != 0 && folder.st_gid != 0 ? folder.st_gid : noGroup
    }
  }
#endif
