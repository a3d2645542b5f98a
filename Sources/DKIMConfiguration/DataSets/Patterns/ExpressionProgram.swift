/// An expression compiled to a nondeterministic automaton.
///
/// The time for a match is at most proportional to the length of the text times the number of steps.
struct ExpressionProgram: Sendable {
  fileprivate enum Step: Sendable {
    /// Consumes one byte of a set and continues with the next step.
    case byte(ByteSet)
    /// Continues at both steps.
    case split(Int, Int)
    case jump(Int)
    /// Continues only at the start, or only at the end, of the text.
    case start, end
    case found
  }

  private let steps: [Step]

  /// The limit on steps; a pattern that needs more is an error.
  static let maximumSteps = 5000

  init(_ expression: Expression) throws(PatternError) {
    var compiler = ExpressionCompiler()
    try compiler.add(expression)
    try compiler.append(.found)
    steps = compiler.steps
  }

  /// Returns whether the expression matches anywhere in the text.
  func isFound(in text: ArraySlice<UInt8>) -> Bool {
    var now = StepSet(steps.count)
    var later = StepSet(steps.count)
    var pending: [Int] = []
    var index = text.startIndex
    while true {
      let isStart = index == text.startIndex
      let isEnd = index == text.endIndex
      if enter(0, &now, &pending, isStart, isEnd) { return true }
      if isEnd { return false }
      let byte = text[index]
      index += 1
      var found = false
      for step in now.members where !found {
        guard case .byte(let set) = steps[step], set.contains(byte) else { continue }
        found = enter(step + 1, &later, &pending, false, index == text.endIndex)
      }
      if found { return true }
      now.removeAll()
      swap(&now, &later)
    }
  }

  /// Adds a step and all steps that it reaches without consuming a byte. Returns true if one of them is `found`.
  private func enter(
    _ step: Int, _ set: inout StepSet, _ pending: inout [Int], _ isStart: Bool, _ isEnd: Bool
  ) -> Bool {
    pending.append(step)
    while let step = pending.popLast() {
      guard set.insert(step) else { continue }
      switch steps[step] {
      case .byte: break
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .start: if isStart { pending.append(step + 1) }
      case .end: if isEnd { pending.append(step + 1) }
      case .found:
        pending.removeAll()
        return true
      }
    }
    return false
  }
}

/// A set of numbers below a limit.
private struct StepSet {
  private(set) var members: [Int] = []
  private var has: [Bool]

  init(_ limit: Int) { has = [Bool](repeating: false, count: limit) }

  /// Returns false if the set already contains the number.
  mutating func insert(_ member: Int) -> Bool {
    guard !has[member] else { return false }
    has[member] = true
    members.append(member)
    return true
  }

  mutating func removeAll() {
    for member in members { has[member] = false }
    members.removeAll(keepingCapacity: true)
  }
}

/// Compiles an expression to steps.
private struct ExpressionCompiler {
  private(set) var steps: [ExpressionProgram.Step] = []
  /// Counts the expressions that were visited, to limit those that add no steps.
  private var work = 0

  mutating func append(_ step: ExpressionProgram.Step) throws(PatternError) {
    guard steps.count < ExpressionProgram.maximumSteps else { throw .tooLarge }
    steps.append(step)
  }

  mutating func add(_ expression: Expression) throws(PatternError) {
    work += 1
    guard work <= 10 * ExpressionProgram.maximumSteps else { throw .tooLarge }
    switch expression {
    case .empty: break
    case .byte(let set): try append(.byte(set))
    case .start: try append(.start)
    case .end: try append(.end)
    case .sequence(let parts): for part in parts { try add(part) }
    case .choice(let branches): try add(choice: branches[...])
    case .repeated(let inside, let minimum, let maximum): try add(inside, minimum, maximum)
    }
  }

  private mutating func add(choice branches: ArraySlice<Expression>) throws(PatternError) {
    var jumps: [Int] = []
    for (index, branch) in branches.enumerated() {
      let split = steps.count
      let isLast = index == branches.count - 1
      if !isLast { try append(.split(split + 1, 0)) }
      try add(branch)
      if isLast { continue }
      jumps.append(steps.count)
      try append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }

  private mutating func add(_ inside: Expression, _ minimum: Int, _ maximum: Int?) throws(PatternError) {
    for _ in 0..<minimum { try add(inside) }
    guard let maximum else {
      let split = steps.count
      try append(.split(split + 1, 0))
      try add(inside)
      try append(.jump(split))
      steps[split] = .split(split + 1, steps.count)
      return
    }
    var splits: [Int] = []
    for _ in minimum..<maximum {
      splits.append(steps.count)
      try append(.split(steps.count + 1, 0))
      try add(inside)
    }
    for split in splits { steps[split] = .split(split + 1, steps.count) }
  }
}
