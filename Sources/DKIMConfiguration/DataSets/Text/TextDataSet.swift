internal import DKIMCore

/// A list or a file with literal keys. (`csl:`, `file:`)
///
/// If a key occurs more than once, the first row is used. The time of a lookup does not depend on the number of rows.
struct TextDataSet: LocalDataSet {
  let specification: String
  var isEmpty: Bool { table.count == 0 }
  private let table: TextRows
  private let isCaseSensitive: Bool
  private var index = ByteIndex()
  /// The row for each number in the index.
  private var firstRows: [UInt32] = []
  /// Rows that are never found, each with the earlier row that has the same key.
  private var duplicates: [(row: Int, first: Int)] = []

  init(specification: String, table: TextRows, isCaseSensitive: Bool) {
    self.specification = specification
    self.table = table
    self.isCaseSensitive = isCaseSensitive
    index.reserve(table.count)
    firstRows.reserveCapacity(table.count)
    for row in 0..<table.count {
      let key = table.key(row)
      let hash = hash(key)
      if let first = find(key, hash) {
        duplicates.append((row, first))
      } else {
        index.append(hash)
        firstRows.append(UInt32(row))
      }
    }
  }

  func localRows(for key: String, all: Bool) throws(DataSetError) -> [DataSetRow] {
    let bytes = Array(key.utf8)[...]
    guard let row = find(bytes, hash(bytes)) else { return [] }
    return [table.row(row)]
  }

  func allLocalRows() -> [DataSetRow] { table.all() }

  func problems() async -> [ConfigurationProblem] {
    var problems = ProblemList()
    for (row, first) in duplicates {
      let shown = PrintableText.beginning(of: table.row(row).key)
      let line = table.location(first)?.line.map { " of line \($0)" } ?? ""
      problems.add(
        ConfigurationProblem(
          .warning, at: table.location(row), "\"\(shown)\" is a duplicate\(line); only the first row is used",
          fix: "remove one of the two rows"))
    }
    return problems.all
  }

  private func hash(_ key: ArraySlice<UInt8>) -> UInt64 {
    var hash = ByteHash()
    if isCaseSensitive {
      for byte in key { hash.add(byte) }
    } else {
      for byte in key { hash.add(ASCII.lowercased(byte)) }
    }
    return hash.value
  }

  /// The first row with the key.
  private func find(_ key: ArraySlice<UInt8>, _ hash: UInt64) -> Int? {
    index.first(hash) { number in
      let other = table.key(Int(firstRows[number]))
      return isCaseSensitive
        ? other == key : other.elementsEqual(key) { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }.map { Int(firstRows[$0]) }
  }
}
