#if LMDB
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization
  internal import SystemSupport

  /// The open environments of this process. The library allows each database to be opened only once in a process.
  enum LMDBEnvironments {
    fileprivate struct Entry: Sendable {
      let location: LMDBPlace
      let environment: LMDBEnvironment
      /// The lock file.
      var lock: Identity?
      var users: Int
    }

    fileprivate struct Identity: Hashable {
      let device: dev_t
      let inode: ino_t
    }

    fileprivate static let open = Mutex<[Entry]>([])

    /// Returns the environment at a place, and opens it if necessary.
    static func use(_ location: LMDBPlace) throws(LMDBEnvironment.Failure) -> LMDBUse {
      let result = open.withLock { entries -> Result<LMDBEnvironment, LMDBEnvironment.Failure> in
        if let index = entries.firstIndex(where: { $0.location.isSame(as: location) }) {
          entries[index].users += 1
          return .success(entries[index].environment)
        }
        // If the database was replaced, its lock file may still be in use for the old one.
        let lock = identity(location.lockPath)
        let isTaken = lock != nil && entries.contains { $0.lock == lock }
        do throws(LMDBEnvironment.Failure) {
          let environment = try make(location, locks: !isTaken)
          let lock = environment.isLocked ? identity(location.lockPath) : nil
          entries.append(Entry(location: location, environment: environment, lock: lock, users: 1))
          return .success(environment)
        } catch {
          return .failure(error)
        }
      }
      return LMDBUse(location, try result.get())
    }

    /// Opens an environment, without locks if the lock file cannot be written.
    private static func make(_ location: LMDBPlace, locks: Bool) throws(LMDBEnvironment.Failure) -> LMDBEnvironment {
      guard locks else { return try LMDBEnvironment(location, locks: false) }
      do throws(LMDBEnvironment.Failure) {
        return try LMDBEnvironment(location, locks: true)
      } catch {
        guard error.isForbidden else { throw error }
        return try LMDBEnvironment(location, locks: false)
      }
    }

    /// Passes the lock file of a closed environment to the environment of the database that replaced it, and that was
    /// opened without locks.
    fileprivate static func hand(_ lock: Identity?, to entries: inout [Entry]) {
      guard let lock, !entries.contains(where: { $0.lock == lock }) else { return }
      for index in entries.indices
      where entries[index].lock == nil && identity(entries[index].location.lockPath) == lock
        && entries[index].environment.lock(entries[index].location)
      {
        entries[index].lock = lock
        return
      }
    }

    private static func identity(_ path: String) -> Identity? {
      guard case .success(let status) = SizeLimitedFile.status(path) else { return nil }
      return Identity(device: status.st_dev, inode: status.st_ino)
    }
  }

  extension LMDBPlace {
    fileprivate func isSame(as other: LMDBPlace) -> Bool { device == other.device && inode == other.inode }
  }

  /// A reference to an environment; the last one closes it.
  final class LMDBUse: Sendable {
    let environment: LMDBEnvironment
    private let location: LMDBPlace

    fileprivate init(_ location: LMDBPlace, _ environment: LMDBEnvironment) {
      self.location = location
      self.environment = environment
    }

    deinit {
      LMDBEnvironments.open.withLock { entries in
        guard let index = entries.firstIndex(where: { $0.environment === environment }) else { return }
        entries[index].users -= 1
        // The environment is closed under the lock, before another thread can open it again.
        guard entries[index].users == 0 else { return }
        let entry = entries.remove(at: index)
        entry.environment.close()
        LMDBEnvironments.hand(entry.lock, to: &entries)
      }
    }
  }
#endif
