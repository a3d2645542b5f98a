import DKIMConfiguration

/// A batch of lookups in one data set.
struct QueryBatch: Sendable {
  typealias Answer = Result<[DataSetRow], DataSetError>

  /// The maximum average time of a lookup. A data set that needs longer is probably on a remote server, and its lookups
  /// run in parallel.
  private static let expectedTime = Duration.microseconds(60)
  /// How many times ``expectedTime`` the lookups may exceed the average in total, so that a single slow one is tolerated.
  private static let gracePeriods = 20

  let set: any DataSet
  let queries: [Query]

  /// Waits for all results and returns them in the order of the queries.
  func answers() -> [Answer] {
    if queries.isEmpty { return [] }
    return MainThreadExecutor.run { await asked() } ?? []
  }

  /// Runs the lookups one after another on this thread while they are fast, because a data set in memory or on this
  /// machine does not need a task for each lookup; the rest run in parallel.
  private func asked() async -> [Answer] {
    let answers = await DataSets.$mayBlock.withValue(true) { await askedInTurn() }
    return answers + (await askedTogether(queries[answers.count...]))
  }

  private func askedInTurn() async -> [Answer] {
    var answers: [Answer] = []
    answers.reserveCapacity(queries.count)
    let start = ContinuousClock.now
    for (count, query) in queries.enumerated() {
      // Reading the clock takes as long as a lookup in memory, so it is not read each time.
      if count < 8 || count % 8 == 0, ContinuousClock.now - start > Self.expectedTime * (count + Self.gracePeriods) {
        break
      }
      answers.append(await answer(to: query))
    }
    return answers
  }

  private func askedTogether(_ queries: ArraySlice<Query>) async -> [Answer] {
    if queries.isEmpty { return [] }
    return await withTaskGroup(of: (Int, Answer).self) { group in
      for index in queries.indices {
        group.addTask { (index, await answer(to: queries[index])) }
      }
      let answers = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      return queries.indices.compactMap { answers[$0] }
    }
  }

  private func answer(to query: Query) async -> Answer {
    do throws(DataSetError) {
      return .success(try await set.rows(for: query.key, all: false))
    } catch {
      return .failure(error)
    }
  }
}
