/// Problems in the order they were found, without duplicates.
///
/// Their number is limited, so that a table with a million bad rows does not fill a log.
struct ProblemList {
  /// The most problems of each severity. Each severity has its own limit, so that many notes never hide an error.
  static let limit = 200

  /// More severe problems are downgraded to this severity when they are added.
  var highestSeverity = ConfigurationProblem.Severity.error

  private var kept: [ConfigurationProblem] = []
  private var counts: [ConfigurationProblem.Severity: Int] = [:]
  private var lastPlaces: [ConfigurationProblem.Severity: FileLocation] = [:]

  mutating func add(_ problem: ConfigurationProblem) {
    let problem = problem.severity > highestSeverity ? problem.with(highestSeverity) : problem
    // The problems of a data set are added when it is opened, and again by each check of its rows.
    if counts[problem.severity, default: 0] < Self.limit, kept.contains(problem) { return }
    counts[problem.severity, default: 0] += 1
    guard counts[problem.severity, default: 0] <= Self.limit else { return }
    kept.append(problem)
    lastPlaces[problem.severity] = problem.location
  }

  mutating func add(_ problems: [ConfigurationProblem]) {
    for problem in problems { add(problem) }
  }

  /// The problems that were kept, and for each severity a line with the number of problems beyond the limit.
  var all: [ConfigurationProblem] {
    kept
      + ConfigurationProblem.Severity.allCases.compactMap { severity in
        let left = counts[severity, default: 0] - Self.limit
        guard left > 0 else { return nil }
        return ConfigurationProblem(severity, at: lastPlaces[severity], "and \(left) more problems of this kind")
      }
  }
}
