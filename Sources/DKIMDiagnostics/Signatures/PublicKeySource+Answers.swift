import DKIMCore

extension PublicKeySource {
  /// Looks up several keys at the same time, each of them once. Returns one response for each query.
  func answers(to queries: [KeyQuery]) async -> [KeyQuery: KeyAnswer] {
    await withTaskGroup(of: (KeyQuery, KeyAnswer).self) { group in
      for query in Set(queries) {
        group.addTask { (query, await answer(query)) }
      }
      return await group.reduce(into: [:]) { answers, next in answers[next.0] = next.1 }
    }
  }
}
