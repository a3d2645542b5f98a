/// How results are printed.
enum ReportFormat: Sendable {
  case json
  case text(TextReport)

  func text(_ report: MessageReport) -> [UInt8] {
    switch self {
    case .json: JSONReport.line(report)
    case .text(let text): Array(text.lines(report).utf8)
    }
  }

  /// A message that could not be read; for people that is said on standard error alone.
  func text(_ name: String, _ failure: CommandFailure) -> [UInt8] {
    switch self {
    case .json: JSONReport.line(name, failure)
    case .text: []
    }
  }
}
