#if SQLite
  internal import DKIMConfiguration
  internal import Glibc

  /// Rows of a table in a file of SQLite.
  final class SQLiteConnection: StoreConnection {
    private let name: DataSourceName
    private let path: String
    private var identity: Identity
    private var session: SQLiteSession
    /// What stood in the place of the file and was none.
    private var refused: Version?

    /// Which file was opened.
    private struct Identity: Equatable {
      let device: dev_t
      let inode: ino_t

      init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
    }

    /// As it was at a moment.
    private typealias Version = BoundedFile.Identity

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      // Host and database are one name, as those who write it for OpenDKIM expect.
      let path = request.path(name.host + name.database)
      do throws(FileProblem) {
        _ = try status(of: path)
      } catch {
        throw request.error(.file(error))
      }
      let rules = RemoteDataSet.Rules(
        timeLimit: request.options.timeLimit * 1000, cacheSeconds: request.options.cacheSeconds)
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try SQLiteConnection(name, path, until: deadline)
      }
    }

    init(_ name: DataSourceName, _ path: String, until deadline: Deadline) throws(DataSetError) {
      self.name = name
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
      try session.prepare(.row(of: name, .sqlite), until: deadline)
      return session
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      follow(until: deadline)
      let columns = try session.look(key, until: deadline)
      return columns.map { DataSetRow(key: key, value: .columns($0), place: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      follow(until: deadline)
      return try session.walk(.rows(of: name, limit: limit, .sqlite), limit: limit, until: deadline)
    }

    /// Opens another file that was put in the place of this one. Where there is none, or none that can be asked, the old
    /// one goes on to be read.
    private func follow(until deadline: Deadline) {
      guard let status = try? Self.status(of: path), Identity(status) != identity, Version(status) != refused else {
        return
      }
      if let session = try? Self.session(path, name, until: deadline) {
        (self.session, identity) = (session, Identity(status))
      } else {
        refused = Version(status)
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
