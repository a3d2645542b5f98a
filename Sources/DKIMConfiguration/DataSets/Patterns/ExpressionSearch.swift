/// An expression prepared to find where it matches in texts.
struct ExpressionSearch: Sendable {
  /// A place in a text that the expression matches.
  struct Match: Equatable {
    let range: Range<Int>
    /// Where the search for the next match begins after the matching text was replaced. No match begins earlier,
    /// whatever the replacement is, unless this one began before the place of an earlier replacement.
    let resume: Int
  }

  fileprivate let steps: [ExpressionProgram.Step]
  /// The bytes that a match inside the text can begin with; `nil` if a match can be empty.
  fileprivate let starters: ByteSet?

  init(_ program: ExpressionProgram) {
    steps = program.steps
    starters = Self.starters(program.steps)
  }

  /// Returns the first match that begins at `from` or later; of several that begin at the same place, the longest.
  ///
  /// `^` matches only at the start of the whole text. The time is at most proportional to the length of the text times
  /// the number of steps.
  func firstMatch(in text: [UInt8], from: Int = 0) -> Match? {
    var run = SearchRun(search: self, end: text.count)
    return run.firstMatch(in: text, from: from)
  }

  private static func starters(_ steps: [ExpressionProgram.Step]) -> ByteSet? {
    var set = ByteSet()
    var seen: Set<Int> = []
    var pending = [0]
    while let step = pending.popLast() {
      guard seen.insert(step).inserted else { continue }
      switch steps[step] {
      case .byte(let bytes):
        for byte in UInt8.min...UInt8.max where bytes.contains(byte) { set.insert(byte) }
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [first, second]
      // The search does not skip the ends of the text, the only places where these match.
      case .start, .end: break
      case .found: return nil
      }
    }
    return set
  }
}

/// One search in one text.
private struct SearchRun {
  /// A step that was reached, and where the match that it belongs to begins.
  private struct Thread {
    let step: Int
    let start: Int
    /// The earliest start of the threads that existed when this one began.
    let resume: Int
  }

  private let search: ExpressionSearch
  private let end: Int
  /// The threads at the current position, in the order of their starts.
  private var threads: [Thread] = []
  /// The threads at the position before.
  private var previous: [Thread] = []
  /// For each step, the position at which it was reached last.
  private var reached: [Int]
  private var pending: [Int] = []
  private var best: ExpressionSearch.Match?

  init(search: ExpressionSearch, end: Int) {
    self.search = search
    self.end = end
    reached = [Int](repeating: -1, count: search.steps.count)
  }

  mutating func firstMatch(in text: [UInt8], from: Int) -> ExpressionSearch.Match? {
    var index = from
    while true {
      if best == nil {
        if threads.isEmpty, index > 0, let starters = search.starters {
          while index < end, !starters.contains(text[index]) { index += 1 }
        }
        enter(Thread(step: 0, start: index, resume: threads.first?.start ?? index), at: index)
      }
      guard index < end, best == nil || !threads.isEmpty else { return best }
      swap(&previous, &threads)
      threads.removeAll(keepingCapacity: true)
      let byte = text[index]
      index += 1
      for thread in previous where thread.start <= best?.range.lowerBound ?? .max {
        guard case .byte(let set) = search.steps[thread.step], set.contains(byte) else { continue }
        enter(Thread(step: thread.step + 1, start: thread.start, resume: thread.resume), at: index)
      }
    }
  }

  /// Adds a thread, and one for each step that it reaches without consuming a byte. Threads that began earlier are
  /// added first, and a step belongs to the first thread that reaches it.
  private mutating func enter(_ thread: Thread, at index: Int) {
    pending.append(thread.step)
    while let step = pending.popLast() {
      guard reached[step] != index else { continue }
      reached[step] = index
      threads.append(Thread(step: step, start: thread.start, resume: thread.resume))
      switch search.steps[step] {
      case .byte: break
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [second, first]
      case .start: if index == 0 { pending.append(step + 1) }
      case .end: if index == end { pending.append(step + 1) }
      case .found:
        if thread.start <= best?.range.lowerBound ?? .max {
          best = ExpressionSearch.Match(range: thread.start..<index, resume: thread.resume)
        }
      }
    }
  }
}
