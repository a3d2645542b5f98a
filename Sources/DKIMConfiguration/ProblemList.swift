/// Problems in order, with a limit: a table of a million bad rows is not to fill a log.
struct ProblemList {
  static let limit = 200

  private var kept: [ConfigurationProblem] = []
  private var left = 0
  private var leftWorst = ConfigurationProblem.Severity.note

  mutating func add(_ problem: ConfigurationProblem) {
    if kept.count < Self.limit {
      kept.append(problem)
    } else {
      left += 1
      leftWorst = max(leftWorst, problem.severity)
    }
  }

  mutating func add(_ problems: [ConfigurationProblem]) {
    for problem in problems { add(problem) }
  }

  /// All that were kept, and how many were not.
  var all: [ConfigurationProblem] {
    left == 0 ? kept : kept + [ConfigurationProblem(leftWorst, at: kept.last?.place, "and \(left) more like these")]
  }
}
