#if SQLite
  internal import DKIMConfiguration
  internal import Glibc

  /// Rows of a table in a file of SQLite.
  final class SQLiteConnection: StoreConnection {
    private let name: DataSourceName
    private let path: String
    private let identity: Identity
    private let session: SQLiteSession

    /// Which file was opened.
    private struct Identity: Equatable {
      let device: dev_t
      let inode: ino_t
    }

    static func open(_ name: DataSourceName, _ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      // Host and database are one name, as those who write it for OpenDKIM expect.
      let path = request.path(name.host + name.database)
      do throws(FileProblem) {
        _ = try identity(of: path)
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
        identity = try Self.identity(of: path)
      } catch {
        throw .unusable("\(error)")
      }
      session = try SQLiteSession(path, until: deadline)
      try session.prepare(.row(of: name, .sqlite), until: deadline)
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      // Another file in its place is opened. While there is none, the old one goes on to be read.
      if let now = try? Self.identity(of: path), now != identity { throw .temporary("\(path) was replaced") }
      let columns = try session.look(key, until: deadline)
      return columns.map { DataSetRow(key: key, value: .columns($0), place: nil) }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      if let now = try? Self.identity(of: path), now != identity { throw .temporary("\(path) was replaced") }
      return try session.walk(.rows(of: name, limit: limit, .sqlite), limit: limit, until: deadline)
    }

    /// Opening what is no file may wait for ever.
    private static func identity(of path: String) throws(FileProblem) -> Identity {
      switch BoundedFile.status(path) {
      case .failure(let error): throw FileProblem(path: path, reason: .system(error))
      case .success(let status):
        guard status.st_mode & S_IFMT == S_IFREG else {
          throw FileProblem(path: path, reason: .notAFile(BoundedFile.kind(of: status.st_mode)))
        }
        return Identity(device: status.st_dev, inode: status.st_ino)
      }
    }
  }
#endif
