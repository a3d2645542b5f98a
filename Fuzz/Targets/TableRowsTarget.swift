@testable import DKIMConfiguration
import DKIMCore

/// Compares lookups in lists and files with a naive reader, and parses the rows for each kind of table.
///
/// The first byte determines how to parse; the rest of the first line is a key; the rows follow.
enum TableRowsTarget {
  static func run(_ input: [UInt8]) {
    guard let flags = input.first else { return }
    let lines = input.dropFirst().split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(decoding: lines[0].prefix(1000), as: UTF8.self)
    let text = lines.count > 1 ? Array(lines[1]) : []
    let table =
      flags & 2 != 0
      ? TextRows(list: String(decoding: text, as: UTF8.self), location: nil) : TextRows(lines: text, file: "table")
    checkLookUps(table, key, isCaseSensitive: flags & 1 != 0)
    let rows = table.all()
    for row in rows { checkRow(row) }
    checkHosts(rows, key)
    checkSpecification(key)
  }

  private static func checkLookUps(_ table: TextRows, _ key: String, isCaseSensitive: Bool) {
    let set = TextDataSet(specification: "", table: table, isCaseSensitive: isCaseSensitive)
    for key in [key] + table.all().prefix(20).map(\.key) {
      let bytes = Array(key.utf8)
      let expected = (0..<table.count).first { row in
        isCaseSensitive
          ? table.key(row).elementsEqual(bytes)
          : table.key(row).elementsEqual(bytes) { ASCII.lowercased($0) == ASCII.lowercased($1) }
      }
      let found = (try? set.localRows(for: key, all: true)) ?? []
      require(found == expected.map { [table.row($0)] } ?? [], "\(key.debugDescription) is found in another row")
    }
  }

  private static func checkRow(_ row: DataSetRow) {
    requirePrintable(PrintableText.beginning(of: row.key))
    for count in 0...4 { require(row.fields(count).count <= count, "more fields than requested") }
    if case .text(let text) = row.value {
      require(row.fields(3).map { $0 ?? "" }.joined(separator: ":") == text, "the fields do not add up to the value")
    }
    do throws(KeyTableError) {
      let fields = try KeyTableFields(row, name: row.key)
      require(!fields.key.isEmpty && !fields.domain.isEmpty, "an empty field is accepted")
      _ = try fields.selectorName()
      try fields.checkDomain()
    } catch {
      if case .corrupt = error { requirePrintable("\(error)") }
    }
    _ = HostNetwork(row.key).map {
      require($0.address.masked(to: 0).bytes.allSatisfy { $0 == 0 }, "incorrectly masked")
    }
    _ = SigningTable.withoutStar(row.key)
  }

  private static func checkHosts(_ rows: [DataSetRow], _ key: String) {
    let index = HostIndex(rows)
    _ = index.decide(HostKeys.names(key))
    guard let address = IPAddress(key) else { return }
    require(IPAddress("\(address)") == address, "an address differs after writing and parsing")
    if case .listed(let match) = index.decide(address) {
      require(!match.row.key.hasPrefix("!"), "a negated row includes a client")
    }
  }

  private static func checkSpecification(_ key: String) {
    guard let specification = try? DataSetSpecification(key) else { return }
    require(specification.name.utf8.count <= key.utf8.count, "a name longer than its specification")
  }
}
