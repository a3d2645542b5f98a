import DKIMCore

/// The severity of a log line, as in syslog.
package enum LogLevel: String, Sendable, Hashable, CaseIterable {
  case error, warning, notice, info, debug
}

/// An event to log: its text, and the values in it as fields for structured logs.
package struct LogEvent: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = LogText.printable(value)
    }
  }

  /// A fixed identifier of the event, in lower case with hyphens.
  package let name: String
  package let level: LogLevel
  /// One line of printable text.
  package let text: String
  package let fields: [Field]
  /// The line begins with the MTA's queue ID of the message.
  package let namesJob: Bool

  package init(_ name: String, _ level: LogLevel, _ text: String, fields: [Field] = [], namesJob: Bool = true) {
    self.name = name
    self.level = level
    self.text = LogText.printable(text)
    self.fields = fields
    self.namesJob = namesJob
  }
}

/// A log line about one message.
package struct LogLine: Sendable, Hashable {
  package let event: LogEvent
  /// The MTA's queue ID of the message; `nil` if it sent none.
  package let jobID: String?

  package init(_ event: LogEvent, jobID: String?) {
    self.event = event
    self.jobID = jobID.map { LogText.printable($0) }
  }

  /// The text as written to the log: `4ABCDEF: DKIM verification successful`.
  package var text: String {
    event.namesJob ? "\(jobID ?? LogLine.unknownJob): \(event.text)" : event.text
  }

  static let unknownJob = "(unknown-jobid)"
}

/// Conversion of untrusted text to one printable line for the log.
enum LogText {
  /// The most bytes of one text; the rest is cut off.
  static let limit = 900

  static func printable(_ text: String) -> String { PrintableText.line(text, atMost: limit) }
}
