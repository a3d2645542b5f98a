#if BerkeleyDB
  internal import DKIMConfiguration
  internal import SystemSupport

  /// Rows of a Berkeley DB file, as of the time when it was opened. (`db:`)
  struct BerkeleyDBDataSet: DataSet {
    let specification: String
    private let path: String
    private let file: BerkeleyDBFile
    private let contents: BerkeleyDBCheck.Contents
    private let spellings: KeyVariants

    init(_ request: DataSetRequest) throws(DataSetOpenError) {
      let path = request.path
      let bytes: [UInt8]
      do throws(FileProblem) {
        bytes = try SizeLimitedFile.read(path, limit: request.options.maximumFileSize)
      } catch {
        throw request.error(.file(error))
      }
      do throws(FileDamage) {
        contents = try BerkeleyDBCheck.contents(in: try BerkeleyDBImage(bytes))
        file = try Self.open(bytes, path)
      } catch {
        throw request.error(.store(.unusable("\(path) \(error)")))
      }
      self.path = path
      specification = request.specification
      spellings = KeyVariants(
        foldsCase: !request.options.caseSensitive, hasNUL: contents.hasKeysWithNUL,
        lacksNUL: contents.hasKeysWithoutNUL || contents.rows == 0)
    }

    /// Opens a copy in memory, so that the data cannot change after the check. If the copy cannot be opened because
    /// /proc is not mounted in a changed root directory, this opens the file itself.
    private static func open(_ bytes: [UInt8], _ path: String) throws(FileDamage) -> BerkeleyDBFile {
      if let copy = MemoryFile(bytes), let file = try? BerkeleyDBFile(path: copy.path, size: bytes.count) {
        return file
      }
      do throws(BerkeleyDBFile.Failure) {
        return try BerkeleyDBFile(path: path, size: bytes.count)
      } catch {
        throw FileDamage("cannot be opened by the library: \(error)")
      }
    }

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      try spellings.row(for: key, file.value(of:))
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { try file.rows(limit: limit) }

    func problems() async -> [ConfigurationProblem] {
      var problems: [ConfigurationProblem] = []
      if contents.rows == 0 {
        problems.append(ConfigurationProblem(.warning, at: FileLocation(file: path), "the database has no rows"))
      }
      if contents.hasDuplicates {
        problems.append(
          ConfigurationProblem(
            .warning, at: FileLocation(file: path), "some keys have several values; only the first is used",
            fix: "rebuild the file without -p duplicates=1"))
      }
      return problems + SourceFile.problems(of: path)
    }
  }
#endif
