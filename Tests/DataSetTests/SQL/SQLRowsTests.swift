import DKIMConfiguration
import Testing

@testable import DKIMDataSets

@Suite("Rows of a database listing")
struct SQLRowsTests {
  private let server = SQLServer(named: "the database")

  private func count(_ columns: [String?], largest: Int) -> (rows: Int, error: DataSetError?) {
    var rows = SQLRows(limit: .max, largest: largest)
    for _ in 0..<100_000 {
      do throws(DataSetError) {
        try rows.add("", server) { columns }
      } catch {
        return (rows.rows.count, error)
      }
    }
    return (rows.rows.count, nil)
  }

  @Test
  func `empty rows and NULL columns count, too`() {
    let empty = count([], largest: 1 << 20)
    #expect((1 << 10...1 << 12).contains(empty.rows), "\(empty)")
    #expect("\(empty.error.map { "\($0)" } ?? "")".contains("more than \(empty.rows) rows"))
    #expect(count(Array(repeating: nil, count: 64), largest: 1 << 20).rows < 1 << 10)
    #expect(count([""], largest: .max).rows == 100_000)
  }

  @Test
  func `rows beyond the limit, and rows without a key, are skipped`() throws {
    var rows = SQLRows(limit: 2)
    for key in ["a", nil, "b", "c"] { try rows.add(key, server) { ["v"] } }
    #expect(rows.rows.map(\.key) == ["a", "b"])
  }
}
