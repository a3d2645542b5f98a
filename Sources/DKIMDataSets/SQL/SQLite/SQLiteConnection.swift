#if SQLite
  internal import DKIMConfiguration
  internal import Glibc

  /// Rows of a table in a file of SQLite.
  final class SQLiteConnection: StoreConnection {
    private let name: DataSourceName
    private let path: String
    private var identity: Identity
    private var session: SQLiteSession
    /// What stands in the place of the file cannot be asked.
    private var trouble: Trouble?
    /// Milliseconds for which the old file goes on to be read then.
    private let patience: Int

    /// Which file was opened.
    private struct Identity: Equatable {
      let device: dev_t
      let inode: ino_t

      init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
    }

    private struct Trouble {
      let error: DataSetError
      /// Until then the old file is read.
      let end: Deadline
      /// No attempt before then.
      let pauseEnd: Deadline
    }

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      // Host and database are one name, as those who write it for OpenDKIM expect.
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
      _ name: DataSourceName, _ path: String, patience: Int = 5000, until deadline: Deadline
    ) throws(DataSetError) {
      self.name = name
      self.patience = patience
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
      let columns = try session.look(key, until: deadline)
      return columns.map { DataSetRow(key: key, value: .columns($0), place: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      try follow(until: deadline)
      return try session.walk(.rows(of: name, limit: limit, .sqlite), limit: limit, until: deadline)
    }

    /// Opens another file that was put in the place of this one. Where there is none, the old one goes on to be read;
    /// where it cannot be asked, for some seconds: somebody may be at work on it.
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
        // Time is to be left for the question.
        session = try Self.session(path, name, until: Deadline(in: deadline.remaining / 2))
        (identity, trouble) = (Identity(status), nil)
      } catch {
        let end = trouble?.end ?? Deadline(in: patience)
        trouble = Trouble(error: error, end: end, pauseEnd: Deadline(in: min(patience, 500)))
        if end.isOver { throw error }
      }
    }

    /// Opening what is no file may wait for ever.
    private static func status(of path: String) throws(FileProblem) -> stat {
      switch BoundedFile.status(path) {
      case .failure(let error): throw FileProblem(path: path, reason: .system(error))
      case .success(let status):
        guard status.st_mode & S_IFMT == S_IFREG else {
          throw FileProblem(path: path, reason: .notAFile(BoundedFile.kind(of: status.st_mode)))
        }
        return status
      }
    }
  }
#endif
