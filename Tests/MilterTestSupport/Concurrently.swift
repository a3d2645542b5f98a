/// Runs `body` for each of `elements`, with limited concurrency; returns the results in order. The first error ends it.
package func concurrently<Element: Sendable, Result: Sendable>(
  _ elements: [Element], atOnce limit: Int, _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var results = [Result?](repeating: nil, count: elements.count)
    var next = 0
    while next < min(limit, elements.count) {
      let place = next
      group.addTask { (place, try await body(elements[place])) }
      next += 1
    }
    while let (place, result) = try await group.next() {
      results[place] = result
      if next < elements.count {
        let place = next
        group.addTask { (place, try await body(elements[place])) }
        next += 1
      }
    }
    return results.compactMap(\.self)
  }
}
