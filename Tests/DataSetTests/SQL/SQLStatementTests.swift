import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("SQL statements")
struct SQLStatementTests {
  @Test
  func `a lookup has a placeholder for the key in the form of the database`() throws {
    let name = try DataSourceName("pgsql://h/d/table=t?keycol=k?datacol=a,b")
    #expect(SQLStatement.row(of: name, .postgreSQL).text == "SELECT a,b FROM t WHERE k = $1 LIMIT 1")
    #expect(SQLStatement.row(of: name, .mariaDB).text == "SELECT a,b FROM t WHERE k = ? LIMIT 1")
    #expect(SQLStatement.row(of: name, .odbc).text == "SELECT a,b FROM t WHERE k = ?")
  }

  @Test
  func `the filter is one condition in addition to the key, whatever it contains`() throws {
    let name = try DataSourceName("mysql://h/d/table=`t`?keycol=`k`?datacol=a?filter=x =3D 1 OR y")
    #expect(SQLStatement.row(of: name, .odbc).text == "SELECT a FROM `t` WHERE `k` = ? AND (x = 1 OR y)")
    #expect(SQLStatement.rows(of: name, limit: .max, .mariaDB).text == "SELECT `k`,a FROM `t` WHERE x = 1 OR y")
  }

  @Test
  func `a listing limits the number of rows if the database supports it`() throws {
    let name = try DataSourceName("pgsql://h/d/table=t?keycol=k?datacol=a,b")
    #expect(SQLStatement.rows(of: name, limit: 7, .postgreSQL).text == "SELECT k,a,b FROM t LIMIT 7")
    #expect(SQLStatement.rows(of: name, limit: 7, .odbc).text == "SELECT k,a,b FROM t")
    #expect(SQLStatement.rows(of: name, limit: -1, .sqlite).text == "SELECT k,a,b FROM t LIMIT 0")
  }
}
