package import DKIMCore

/// `RateLimits`: rows with a domain, or a dot for mail without a valid signature, and the number of messages that are
/// accepted within `FlowDataTTL`.
package struct RateLimitTable: Sendable {
  /// The key of the row for mail without a valid signature.
  package static let unsigned = "."

  /// The limit of a domain.
  package struct Limit: Sendable, Hashable {
    /// The domain in lower case, with A-labels, or ``RateLimitTable/unsigned``.
    package let domain: String
    /// The maximum number of messages within `FlowDataTTL`; users of the limit divide it by `FlowDataFactor`.
    package let maximum: Int
    package let row: DataSetRow

    package init(domain: String, maximum: Int, row: DataSetRow) {
      self.domain = domain
      self.maximum = maximum
      self.row = row
    }
  }

  let set: any DataSet

  package init(_ set: any DataSet) { self.set = set }

  /// Returns the key of a domain.
  package static func key(_ domain: DomainName) -> String { domain.asciiForm.lowercased() }

  /// Returns the limit of a key; `nil` if it has none.
  package func limit(for key: String) async throws(DataSetError) -> Limit? {
    guard let row = try await set.rows(for: key, all: false).first else { return nil }
    guard let maximum = Self.number(row) else {
      throw .unusable("the row of \(PrintableText.quoted(row.key)) has no number of messages")
    }
    return Limit(domain: key, maximum: maximum, row: row)
  }

  /// Returns a problem for each row that has no limit or never matches.
  static func problems(
    of rows: [DataSetRow], matchesPatterns: Bool, at location: FileLocation?
  ) -> [ConfigurationProblem] {
    rows.flatMap { row in
      let key = "RateLimits: \(PrintableText.quoted(row.key))"
      var problems: [ConfigurationProblem] = []
      if number(row) == nil {
        problems.append(
          ConfigurationProblem(
            .warning, at: row.location ?? location, "\(key) has no number of messages: its mail is deferred",
            fix: "write the number after the domain"))
      }
      if !matchesPatterns, row.key != unsigned {
        do throws(DomainNameError) {
          _ = try DomainName(row.key)
        } catch {
          problems.append(
            ConfigurationProblem(
              .warning, at: row.location ?? location, "\(key) never matches: as a domain name it \(error)",
              fix: "write a domain, or a dot for mail without a valid signature"))
        }
      }
      return problems
    }
  }

  /// Returns the number in a row: only digits, at most nine.
  private static func number(_ row: DataSetRow) -> Int? {
    (row.fields(1).first ?? nil).flatMap { ASCII.number($0.utf8, in: 0...999_999_999) }
  }
}
