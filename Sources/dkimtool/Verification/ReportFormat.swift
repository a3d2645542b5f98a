/// The output format of results.
enum ReportFormat: Sendable {
  case json
  case text(TextReport)

  func text(_ report: MessageReport) -> [UInt8] {
    switch self {
    case .json: JSONReport(report).line
    case .text(let text): Array(text.lines(report).utf8)
    }
  }

  /// Returns the output for a message that could not be read: empty as text, because the error is on standard error.
  func text(_ name: String, _ failure: CommandFailure) -> [UInt8] {
    switch self {
    case .json: JSONReport(name, failure).line
    case .text: []
    }
  }
}
