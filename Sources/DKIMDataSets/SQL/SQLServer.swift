internal import DKIMConfiguration
internal import DKIMCore

/// A database server as described in messages.
struct SQLServer: Sendable, Hashable {
  /// `PostgreSQL at db.example.com:5432`
  let name: String
  let database: String

  /// The CA certificates used if no others are configured.
  static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

  init(_ product: String, _ source: DataSourceName) {
    name = source.location.isEmpty ? "\(product) on its local socket" : "\(product) at \(source.location)"
    database = source.database
  }

  /// Creates the description of something that has its own name, such as a file.
  init(named name: String) {
    self.name = name
    database = ""
  }

  /// The error for a server that does not respond by the deadline.
  var timeoutError: DataSetError { .temporary("\(name) did not respond in time") }

  func temporary(_ text: String) -> DataSetError { .temporary("\(name): \(Self.shown(text))") }

  func unusable(_ text: String, fix: String?) -> DataSetError {
    .unusable("\(name): \(Self.shown(text))" + (fix.map { "; \($0)" } ?? ""))
  }

  /// Returns a text from a server or a library on one line, and truncated.
  static func shown(_ text: String) -> String {
    let longest = 400
    var result = ""
    for scalar in text.unicodeScalars {
      if !PrintableText.isUnsafe(scalar) {
        result.unicodeScalars.append(scalar)
      } else if !result.isEmpty, !result.hasSuffix(" ") {
        result += " "
      }
      if result.utf8.count > longest { return result + "…" }
    }
    return result.hasSuffix(" ") ? String(result.dropLast()) : result
  }
}
