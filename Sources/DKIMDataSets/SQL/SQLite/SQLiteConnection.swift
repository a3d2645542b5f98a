#if SQLite
  internal import DKIMConfiguration
  internal import Glibc
  internal import SystemSupport

  /// Rows of a table in an SQLite file.
  final class SQLiteConnection: StoreConnection {
    private let name: DataSourceName
    private let path: String
    private var identity: Identity
    private var session: SQLiteSession
    /// Set if the file was replaced and the new file cannot be read.
    private var trouble: Trouble?
    /// How long the old file stays in use in that case; milliseconds.
    private let busyTimeout: Int

    /// The identity of the open file.
    private struct Identity: Equatable {
      let device: dev_t
      let inode: ino_t

      init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
    }

    private struct Trouble {
      let error: DataSetError
      /// When the use of the old file ends.
      let end: Deadline
      /// No new attempt is made before this time.
      let pauseEnd: Deadline
    }

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      // The path is the host followed by the database, as OpenDKIM's users expect.
      let path = request.path(name.host + name.database)
      do throws(FileProblem) {
        _ = try status(of: path)
      } catch {
        throw request.error(.file(error))
      }
      let rules = RemoteDataSet.Rules(
        timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds, asksServer: false)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try SQLiteConnection(name, path, until: deadline)
      }
    }

    init(
      _ name: DataSourceName, _ path: String, busyTimeout: Int = 5000, until deadline: Deadline
    ) throws(DataSetError) {
      self.name = name
      self.busyTimeout = busyTimeout
      self.path = path
      do throws(FileProblem) {
        identity = Identity(try Self.status(of: path))
      } catch {
        throw .unusable("\(error)")
      }
      session = try Self.session(path, name, until: deadline)
    }

    private static func session(
      _ path: String, _ name: DataSourceName, until deadline: Deadline
    ) throws(DataSetError) -> SQLiteSession {
      let session = try SQLiteSession(path, until: deadline)
      try session.prepare(.row(of: name, .sqlite), .rows(of: name, limit: 1, .sqlite), until: deadline)
      return session
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      try follow(until: deadline)
      let columns = try session.lookUp(key, until: deadline)
      return columns.map { DataSetRow(key: key, value: .columns($0), location: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      try follow(until: deadline)
      return try session.listRows(.rows(of: name, limit: limit, .sqlite), limit: limit, until: deadline)
    }

    /// Opens the new file if this one was replaced. If the file was deleted, the old one stays in use. If the new file
    /// cannot be read, the old one stays in use for some seconds, because the new one may not be complete yet.
    private func follow(until deadline: Deadline) throws(DataSetError) {
      guard let status = try? Self.status(of: path), Identity(status) != identity else {
        trouble = nil
        return
      }
      if let trouble, !trouble.pauseEnd.isOver {
        if trouble.end.isOver { throw trouble.error }
        return
      }
      do throws(DataSetError) {
        // Leave time for the lookup.
        session = try Self.session(path, name, until: Deadline(in: deadline.remaining / 2))
        (identity, trouble) = (Identity(status), nil)
      } catch {
        let end = trouble?.end ?? Deadline(in: busyTimeout)
        trouble = Trouble(error: error, end: end, pauseEnd: Deadline(in: min(busyTimeout, 500)))
        if end.isOver { throw error }
      }
    }

    /// Only regular files are opened, because opening anything else may block forever.
    private static func status(of path: String) throws(FileProblem) -> stat {
      switch SizeLimitedFile.status(path) {
      case .failure(let error): throw FileProblem(path: path, reason: .system(error))
      case .success(let status):
        guard status.st_mode & S_IFMT == S_IFREG else {
          throw FileProblem(path: path, reason: .notAFile(SizeLimitedFile.kind(of: status.st_mode)))
        }
        return status
      }
    }
  }
#endif
