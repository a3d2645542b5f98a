import DKIMConfiguration
import DKIMCore

/// The result of a lookup in a data set.
struct QueryAnswer {
  struct Field: Equatable {
    let name: String
    /// `nil` if the row does not have this field.
    let value: String?
  }

  struct Row: Equatable {
    let key: String
    let fields: [Field]
    let location: FileLocation?
  }

  let key: String
  private(set) var rows: [Row] = []
  /// The keys that were looked up, in order, if not only ``key`` itself; the last one is the key that was found.
  private(set) var lookedUp: [String] = []
  /// A row that excludes the key from a list.
  private(set) var excludedBy: Row?
  /// Rows that almost matched, and why they did not.
  private(set) var nearMisses: [String] = []
  private(set) var error: DataSetError?
  private(set) var time = Duration.zero

  var isFound: Bool { !rows.isEmpty }

  init(to question: QueryQuestion, from target: QueryTarget) async {
    key = question.key
    let start = ContinuousClock.now
    do throws(DataSetError) {
      switch target.use {
      case .plain, .keys: try await lookUp(question, target)
      case .signers(let all): try await lookUpSigner(question, target, all: all)
      case .hosts: try await lookUpHost(question, target)
      }
    } catch {
      self.error = error
    }
    time = ContinuousClock.now - start
    guard case .signers = target.use, !isFound, error == nil, let sender = try? MailAddress(key) else { return }
    nearMisses = await SigningTable(target.set).nearMisses(for: sender).map(\.description)
  }

  private mutating func lookUp(_ question: QueryQuestion, _ target: QueryTarget) async throws(DataSetError) {
    rows = try await target.set.rows(for: key, all: false).map { Row($0, question.fields, target.labels) }
  }

  private mutating func lookUpSigner(
    _ question: QueryQuestion, _ target: QueryTarget, all: Bool
  ) async throws(DataSetError) {
    // Text that is not an address can still be the key of a row.
    guard let sender = try? MailAddress(key) else { return try await lookUp(question, target) }
    let table = SigningTable(target.set)
    lookedUp = table.keys(for: sender)
    let matches = try await table.matches(for: sender, all: all)
    rows = matches.map { match in
      Row(
        key: match.row.key,
        fields: [Field(name: "key name", value: match.keyName)]
          + (match.identity.map { [Field(name: "identity", value: $0)] } ?? []),
        location: match.row.location)
    }
    if !all, let last = matches.last.flatMap({ match in lookedUp.firstIndex(of: match.key) }) {
      lookedUp.removeSubrange((last + 1)...)
    }
  }

  private mutating func lookUpHost(_ question: QueryQuestion, _ target: QueryTarget) async throws(DataSetError) {
    let address = IPAddress(key)
    // A network, or a name with a leading dot, is the key of a row, not a host.
    if address == nil, key.contains("/") || key.hasPrefix(".") || key.hasPrefix("!") {
      return try await lookUp(question, target)
    }
    switch try await HostList(target.set).decision(name: address == nil ? key : nil, address: address) {
    case .listed(let match):
      rows = [Row(match.row, question.fields, [])]
      lookedUp = [match.key]
    case .excluded(let match):
      excludedBy = Row(match.row, question.fields, [])
      lookedUp = [match.key]
    case .absent: break
    }
  }
}

extension QueryAnswer.Row {
  /// - Parameters:
  ///   - count: the number of fields to split a text value into; `nil`: the number of labels, or no split if there
  ///     are no labels.
  ///   - labels: the names of the fields, from the first one on.
  init(_ row: DataSetRow, _ count: Int?, _ labels: [String]) {
    key = row.key
    location = row.location
    let values: [String?]
    if let count {
      let found = row.fields(count)
      values = (0..<count).map { $0 < found.count ? found[$0] : nil }
    } else if case .columns(let columns)? = row.value {
      values = columns
    } else {
      values = row.fields(max(labels.count, 1))
    }
    let isWhole = values.count == 1 && count == nil && labels.isEmpty
    fields = values.enumerated().map { index, value in
      let name = index < labels.count ? labels[index] : isWhole ? "value" : "field \(index + 1)"
      return .init(name: name, value: value.map { Self.withoutKey($0, isKey: name == "key") })
    }
  }

  /// Replaces a private key, which must not be shown on a terminal.
  private static func withoutKey(_ value: String, isKey: Bool) -> String {
    let isPath = ["/", "./", "../"].contains { value.hasPrefix($0) }
    guard value.contains("PRIVATE KEY-----") || isKey && !isPath && !value.isEmpty else { return value }
    return "(a private key of \(value.utf8.count) bytes)"
  }
}
