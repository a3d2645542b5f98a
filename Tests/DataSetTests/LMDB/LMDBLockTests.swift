@testable import DataSetTestSupport

#if LMDB
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  /// The filter opens databases before it drops superuser rights, also in directories of other users.
  @Suite("Lock files of LMDB databases")
  struct LMDBLockTests {
    static let stranger: uid_t = 65_534
    static let content = Array(String(repeating: "do not touch. ", count: 500).utf8)

    @Test(arguments: [true, false], [true, false])
    func `a symbolic link is refused, and its target does not change`(_ isFolder: Bool, _ exists: Bool) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd, isFolder: isFolder)
        let lock = files.path(isFolder ? "t/lock.mdb" : "t-lock")
        unlink(lock)
        if exists { try TestFiles.write(Self.content, to: files.path("target")) }
        #expect(symlink(files.path("target"), lock) == 0)
        #expect(await files.refusal("mdb:t")?.contains("\(lock): is a symbolic link, not a regular file") == true)
        try Self.expectUntouched(files.path("target"), exists)
      }
    }

    @Test(.timeLimit(.minutes(1)))
    func `anything else that is not a file is refused without blocking`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd, isFolder: false)
        unlink(files.path("t-lock"))
        #expect(mkfifo(files.path("t-lock"), 0o600) == 0)
        #expect(await files.refusal("mdb:t")?.contains("t-lock: is a FIFO, not a regular file") == true)
      }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"), arguments: [true, false])
    func `a link created by the directory's owner just before the open does not change a file of the superuser`(
      _ exists: Bool
    ) async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd)
        #expect(chmod(files.folder, 0o755) == 0)
        try await files.run("chown", "-R", "\(Self.stranger)", files.path("t"))
        let location = try LMDBPlace(files.path("t"))
        #expect(LMDBLockOwner(location) == .user(Self.stranger, Self.stranger))
        unlink(location.lockPath)
        #expect(mkdir(files.path("private"), 0o755) == 0)
        let target = files.path("private/target")
        if exists { try TestFiles.write(Self.content, to: target) }
        #expect(symlink(target, location.lockPath) == 0)
        let failure = #expect(throws: LMDBEnvironment.Failure.self) { try LMDBEnvironment(location, locks: true) }
        #expect(failure?.isForbidden == true)
        try Self.expectUntouched(target, exists)
        #expect(geteuid() == 0 && access("/root", W_OK) == 0)
      }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `in another user's directory the lock file belongs to that user, and locks are used`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd)
        #expect(chmod(files.folder, 0o755) == 0)
        try await files.run("chown", "-R", "\(Self.stranger):8", files.path("t"))
        unlink(files.path("t/lock.mdb"))
        let set = try await files.open("mdb:t")
        #expect(try await set.text("plain") == "value")
        #expect(await set.problems().isEmpty)
        var status = stat()
        #expect(stat(files.path("t/lock.mdb"), &status) == 0)
        #expect(status.st_uid == Self.stranger && status.st_gid == 8 && status.st_size > 0)
      }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `if several users can change the path to the lock file, locks are not used, with a warning`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd, isFolder: false)
        unlink(files.path("t-lock"))
        #expect(chmod(files.folder, 0o777) == 0)
        let set = try await files.open("mdb:t")
        #expect(try await set.text("plain") == "value")
        #expect(await set.problems().contains { $0.text.contains("read without locks") })
        #expect(access(files.path("t-lock"), F_OK) != 0)
      }
    }

    @Test(
      .enabled(if: geteuid() == 0, "needs root"),
      arguments: [
        (folder: 0, mode: 0o755, data: 0, expected: LMDBLockOwner.superuser),
        (0, 0o755, 1, .superuser), (0, 0o777, 1, .user(1, 8)), (0, 0o757, 1, .user(1, 65_534)),
        (0, 0o1757, 1, .user(1, 65_534)),
        (0, 0o775, 1, .user(1, 8)), (0, 0o777, 0, .unclear), (0, 0o775, 0, .unclear), (2, 0o755, 1, .user(2, 65_534)),
        (2, 0o775, 0, .user(2, 8)),
      ])
    func `the user as whom the database is opened`(_ folder: Int, _ mode: Int, _ data: Int, _ expected: LMDBLockOwner)
      async throws
    {
      try await DatabaseFiles.run { files in
        try await files.makeLMDB("t", StoreRows.odd)
        #expect(chown(files.path("t/data.mdb"), uid_t(data), 8) == 0)
        #expect(chown(files.path("t"), uid_t(folder), 8) == 0 && chmod(files.path("t"), mode_t(mode)) == 0)
        #expect(LMDBLockOwner(try LMDBPlace(files.path("t"))) == expected)
        if folder == 2 {
          #expect(chown(files.folder, 3, 0) == 0)
          #expect(LMDBLockOwner(try LMDBPlace(files.path("t"))) == .unclear)
        }
      }
    }

    private static func expectUntouched(
      _ target: String, _ exists: Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      if exists {
        #expect(try TestFiles.read(target) == content, sourceLocation: sourceLocation)
      } else {
        #expect(access(target, F_OK) != 0, sourceLocation: sourceLocation)
      }
    }
  }
#endif
