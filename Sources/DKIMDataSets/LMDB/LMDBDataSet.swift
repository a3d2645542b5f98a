#if LMDB
  internal import DKIMConfiguration

  /// Rows of an LMDB database; committed changes are visible immediately. (`mdb:`)
  struct LMDBDataSet: DataSet {
    let specification: String
    private let place: LMDBPlace
    private let use: LMDBUse
    private let findings: LMDBCheck.Findings
    private let spellings: KeySpellings

    /// - Throws: ``FileDamage`` if reading the file could crash the library.
    init(_ request: DataSetRequest, _ place: LMDBPlace, _ use: LMDBUse) throws(FileDamage) {
      findings = try use.environment.findings()
      // Keys with and without a NUL may be added later.
      spellings = KeySpellings(foldsCase: !request.options.caseSensitive, hasNUL: true, lacksNUL: true)
      specification = request.specification
      self.place = place
      self.use = use
    }

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      try spellings.row(for: key, use.environment.value(of:))
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
      try use.environment.rows(limit: limit)
    }

    func problems() async -> [ConfigurationProblem] {
      let file = SourcePlace(file: place.dataPath)
      var problems: [ConfigurationProblem] = []
      if findings.rows == 0 {
        problems.append(ConfigurationProblem(.warning, at: file, "the database has no rows"))
      }
      if findings.namedDatabases > 0 {
        problems.append(
          ConfigurationProblem(
            .warning, at: file,
            "\(findings.namedDatabases) of its rows are named databases, which are not searched",
            fix: "keep the rows in the main database"))
      }
      if !use.environment.isLocked {
        problems.append(
          ConfigurationProblem(
            .warning, at: file, "the database is read without locks, because \(place.lockPath) cannot be used",
            fix: "let the user of the filter write the lock file and only one user its directory, or change the "
              + "database only while it is not being read"))
      }
      return problems
    }
  }
#endif
