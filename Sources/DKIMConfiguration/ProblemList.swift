/// Problems in order, with a limit: a table of a million bad rows is not to fill a log. Nothing is told
/// twice.
struct ProblemList {
  /// Of each severity, so that many notes never hide an error.
  static let limit = 200

  /// Graver problems are added as problems of this severity.
  var highestSeverity = ConfigurationProblem.Severity.error

  private var kept: [ConfigurationProblem] = []
  private var counts: [ConfigurationProblem.Severity: Int] = [:]
  private var lastPlaces: [ConfigurationProblem.Severity: SourcePlace] = [:]

  mutating func add(_ problem: ConfigurationProblem) {
    let problem = problem.severity > highestSeverity ? problem.with(highestSeverity) : problem
    // What a set has to say is told when it is opened, and by whoever looks through its rows.
    if counts[problem.severity, default: 0] < Self.limit, kept.contains(problem) { return }
    counts[problem.severity, default: 0] += 1
    guard counts[problem.severity, default: 0] <= Self.limit else { return }
    kept.append(problem)
    lastPlaces[problem.severity] = problem.place
  }

  mutating func add(_ problems: [ConfigurationProblem]) {
    for problem in problems { add(problem) }
  }

  /// All that were kept, and how many were not.
  var all: [ConfigurationProblem] {
    kept
      + ConfigurationProblem.Severity.allCases.compactMap { severity in
        let left = counts[severity, default: 0] - Self.limit
        guard left > 0 else { return nil }
        return ConfigurationProblem(severity, at: lastPlaces[severity], "and \(left) more like these")
      }
  }
}
