#if LMDB
  internal import DKIMConfiguration

  /// Rows of an LMDB database; committed changes are visible immediately. (`mdb:`)
  struct LMDBDataSet: DataSet {
    let specification: String
    private let location: LMDBPlace
    private let use: LMDBUse
    private let contents: LMDBCheck.Contents
    private let spellings: KeyVariants

    /// - Throws: ``FileDamage`` if reading the file could crash the library.
    init(_ request: DataSetRequest, _ location: LMDBPlace, _ use: LMDBUse) throws(FileDamage) {
      contents = try use.environment.contents()
      // Keys with and without a NUL may be added later.
      spellings = KeyVariants(foldsCase: !request.options.caseSensitive, hasNUL: true, lacksNUL: true)
      specification = request.specification
      self.location = location
      self.use = use
    }

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      try spellings.row(for: key, use.environment.value(of:))
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
      try use.environment.rows(limit: limit)
    }

    func problems() async -> [ConfigurationProblem] {
      let file = FileLocation(file: location.dataPath)
      var problems: [ConfigurationProblem] = []
      if contents.rows == 0 {
        problems.append(ConfigurationProblem(.warning, at: file, "the database has no rows"))
      }
      if contents.namedDatabases > 0 {
        problems.append(
          ConfigurationProblem(
            .warning, at: file,
            "\(contents.namedDatabases) of its rows are named databases, which are not searched",
            fix: "keep the rows in the main database"))
      }
      if !use.environment.isLocked {
        problems.append(
          ConfigurationProblem(
            .warning, at: file, "the database is read without locks, because \(location.lockPath) cannot be used",
            fix: "let the user of the filter write the lock file and only one user its directory, or change the "
              + "database only while it is not being read"))
      }
      return problems
    }
  }
#endif
