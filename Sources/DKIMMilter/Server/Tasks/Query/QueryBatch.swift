import DKIMConfiguration

/// Questions to one data set, answered together.
struct QueryBatch: Sendable {
  typealias Answer = Result<[DataSetRow], DataSetError>

  /// Whoever needs longer for an answer is a server, perhaps far away, and asked several questions at a time.
  private static let patience = Duration.microseconds(60)
  /// One answer may be late by as much as so many take.
  private static let indulgence = 20

  let set: any DataSet
  let queries: [Query]

  /// In the order of the questions. Waits for them.
  func answers() -> [Answer] {
    if queries.isEmpty { return [] }
    return MainThreadExecutor.run { await asked() } ?? []
  }

  /// One after the other on this thread while that costs no time: a set in memory, or on this machine, is not worth a
  /// task for each question.
  private func asked() async -> [Answer] {
    let answers = await DataSets.$mayBlock.withValue(true) { await askedInTurn() }
    return answers + (await askedTogether(queries[answers.count...]))
  }

  private func askedInTurn() async -> [Answer] {
    var answers: [Answer] = []
    answers.reserveCapacity(queries.count)
    let start = ContinuousClock.now
    for (count, query) in queries.enumerated() {
      // The clock costs as much as an answer from memory, so it is not looked at each time.
      if count < 8 || count % 8 == 0, ContinuousClock.now - start > Self.patience * (count + Self.indulgence) { break }
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
