import DKIMConfiguration

/// Questions to one data set, answered together.
struct QueryBatch: Sendable {
  typealias Answer = Result<[DataSetRow], DataSetError>

  /// Whoever needs longer is far away, and asked several questions at a time.
  private static let patience = Duration.microseconds(200)

  let set: any DataSet
  let queries: [Query]

  /// In the order of the questions. Waits for them.
  func answers() -> [Answer] {
    if queries.isEmpty { return [] }
    return MainThreadExecutor.run { await asked() } ?? []
  }

  /// One after the other while that costs no time: a set in memory is not worth a task for each question.
  private func asked() async -> [Answer] {
    var answers: [Answer] = []
    answers.reserveCapacity(queries.count)
    var isNear = true
    var time = ContinuousClock.now
    while isNear, answers.count < queries.count {
      answers.append(await answer(to: queries[answers.count]))
      let now = ContinuousClock.now
      isNear = now - time < Self.patience
      time = now
    }
    return answers + (await askedTogether(queries[answers.count...]))
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
