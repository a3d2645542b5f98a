#if LMDB
  internal import DKIMConfiguration

  /// Rows of an LMDB database; what a writer commits is seen at once. (`mdb:`)
  struct LMDBDataSet: DataSet {
    let specification: String
    private let place: LMDBPlace
    private let use: LMDBUse
    private let findings: LMDBCheck.Findings
    private let spellings: KeySpellings

    /// - Throws: ``FileDamage`` where reading it would be dangerous.
    init(_ request: DataSetRequest, _ place: LMDBPlace, _ use: LMDBUse) throws(FileDamage) {
      findings = try use.environment.findings()
      // Whatever is there now, others of both sorts may come.
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
        problems.append(ConfigurationProblem(.warning, at: file, "the database holds no rows"))
      }
      if findings.namedDatabases > 0 {
        problems.append(
          ConfigurationProblem(
            .warning, at: file,
            "\(findings.namedDatabases) of its rows are databases with names, which are never asked",
            fix: "keep the rows in the main database"))
      }
      if !use.environment.isLocked {
        problems.append(
          ConfigurationProblem(
            .warning, at: file, "it is read without locks, since \(place.lockPath) cannot be used",
            fix: "let the user of the filter write that file and only one user its folder, or write to the database "
              + "only while it is not read"))
      }
      return problems
    }
  }
#endif
