internal import DKIMConfiguration

/// What is said of a database server in messages.
struct SQLServer: Sendable, Hashable {
  /// `PostgreSQL at db.example.com:5432`
  let name: String
  let database: String

  /// The authorities that certificates are checked with where no others are named.
  static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

  init(_ product: String, _ source: DataSourceName) {
    name = source.place.isEmpty ? "\(product) on its local socket" : "\(product) at \(source.place)"
    database = source.database
  }

  /// What is called by a name of its own, such as a file.
  init(named name: String) {
    self.name = name
    database = ""
  }

  /// It does not answer by the deadline.
  var isLate: DataSetError { .temporary("\(name) does not answer in time") }

  func temporary(_ text: String) -> DataSetError { .temporary("\(name): \(Self.shown(text))") }

  func unusable(_ text: String, fix: String?) -> DataSetError {
    .unusable("\(name): \(Self.shown(text))" + (fix.map { "; \($0)" } ?? ""))
  }

  /// A text from a server or a library in one line, and not too long.
  static func shown(_ text: String) -> String {
    let longest = 400
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl =
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
      if !isControl {
        result.unicodeScalars.append(scalar)
      } else if !result.isEmpty, !result.hasSuffix(" ") {
        result += " "
      }
      if result.utf8.count > longest { return result + "…" }
    }
    return result.hasSuffix(" ") ? String(result.dropLast()) : result
  }
}
