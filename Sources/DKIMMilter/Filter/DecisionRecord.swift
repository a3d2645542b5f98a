import DKIMConfiguration

/// The steps that led to a decision, in order. A step may sum up others, which are then below it.
struct DecisionRecord: Sendable {
  private struct Entry: Sendable {
    let step: DecisionStep
    var entries: [Entry] = []
  }

  private var entries: [Entry] = []

  /// The number of steps so far; those below another one are not counted.
  var count: Int { entries.count }

  mutating func append(_ step: DecisionStep) { entries.append(Entry(step: step)) }

  /// Replaces the steps since `start` with one step that sums them up.
  mutating func sumUp(from start: Int, as step: DecisionStep) {
    let entry = Entry(step: step, entries: Array(entries[start...]))
    entries.removeSubrange(start...)
    entries.append(entry)
  }

  /// Returns the explanation.
  /// - Parameter locations: the locations of the settings.
  func explanation(_ locations: [String: FileLocation]) -> Explanation {
    func steps(_ entries: [Entry]) -> [Explanation.Step] {
      entries.compactMap { entry in
        guard var step = Explanation.Step(entry.step, locations) else { return nil }
        step.steps += steps(entry.entries)
        return step
      }
    }
    var explanation = Explanation()
    explanation.steps = steps(entries)
    return explanation
  }

  /// The log lines that do not depend on settings.
  var logEvents: [LogEvent] {
    steps.flatMap { step -> [LogEvent] in
      if case .script(.ran(_, _, let log)) = step { return log }
      return LogEvent(step).map { [$0] } ?? []
    }
  }

  /// Returns the log lines for `LogWhy` (only OpenDKIM's lines) or `LogExplanation` (all steps).
  func reasons(_ configuration: Configuration) -> [LogEvent] {
    let rules = configuration.log
    guard rules.logWhy || rules.logExplanation else { return [] }
    var events: [LogEvent] = []
    for step in steps where step.isOpenDKIMLine || rules.logExplanation {
      guard let explained = Explanation.Step(step, configuration.locations) else { continue }
      // Log parsers know OpenDKIM's lines, so nothing is appended to them.
      events.append(.why(step.isOpenDKIMLine ? explained.text : explained.line))
      events += explained.steps.map { .why($0.line) }
    }
    return events
  }

  /// All steps, each before those that it sums up.
  private var steps: [DecisionStep] {
    func flattened(_ entries: [Entry]) -> [DecisionStep] {
      entries.flatMap { [$0.step] + flattened($0.entries) }
    }
    return flattened(entries)
  }
}
