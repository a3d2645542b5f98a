import Testing

/// A check that every database server has to pass; the raw value is the name of the test.
enum DatabaseCheck: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case oddRows = "rows of every sort are found, and only those"
  case severalColumns = "several columns, NULL, and keys that are numbers"
  case filter = "a filter is one condition in addition to the key"
  case walk = "all rows are listed, up to a limit"
  case longValues = "long values are refused, and the connection stays usable"
  case mistakes = "mistakes are found when the set is opened, with a suggested fix"
  case tableThatComesLater = "a dropped table is an error, and a new one in its place is read"
  case endedConnections = "connections closed by the server are replaced without a failed lookup"
  case outage = "a server that is down fails immediately, and works within a second of its return"
  case silence = "a silent server fails in time, also over TLS, and works again when it responds"
  case unchecked = "an unverified server on another host causes a warning"
  case keepalives = "dead connections are detected"
  case tablesSign = "signing with its tables"
  case outageUnderMail = "Mail is deferred while it is down, and signed within a second of its return"
  case silenceUnderMail = "Mail is deferred while it is silent, and signed within a second of its return"

  var testDescription: String { rawValue }

  nonisolated(nonsending) func run(_ checks: DatabaseChecks, port: Int) async throws {
    switch self {
    case .oddRows: try await checks.oddRows()
    case .severalColumns: try await checks.severalColumns()
    case .filter: try await checks.filter()
    case .walk: try await checks.walk()
    case .longValues: try await checks.longValues()
    case .mistakes: try await checks.mistakes()
    case .tableThatComesLater: try await checks.tableThatComesLater()
    case .endedConnections: try await checks.endedConnections()
    case .outage: try await checks.outage()
    case .silence: try await checks.silence()
    case .unchecked: try await checks.unchecked()
    case .keepalives: try await checks.keepalives(port: port)
    case .tablesSign: try await checks.tablesSign()
    case .outageUnderMail: try await checks.outageUnderMail()
    case .silenceUnderMail: try await checks.silenceUnderMail()
    }
  }
}
