import Testing

@testable import DKIMDataSets

private let settings = "table=t?keycol=k?datacol=a,b"

@Suite("SQL data source names")
struct DataSourceNameTests {
  @Test
  func `every part is read`() throws {
    let name = try DataSourceName(
      "PgSQL://dkim:secret@5432+db.example.com/mail/table=keys?KeyCol=id?datacol=domain,selector,key?filter=active"
        + "?tls=Yes")
    #expect(name.backend == "pgsql" && name.user == "dkim" && name.password == "secret" && name.port == 5432)
    #expect(name.host == "db.example.com" && name.database == "mail" && name.table == "keys")
    #expect(name.keyColumn == "id" && name.dataColumns == ["domain", "selector", "key"])
    #expect(name.filter == "active" && name.tls == .yes && name.location == "db.example.com:5432")
  }

  @Test
  func `optional parts may be missing, and a second colon is ignored`() throws {
    let name = try DataSourceName("mysql:://db/mail/\(settings)")
    #expect(name.backend == "mysql" && name.host == "db" && name.database == "mail" && name.location == "db")
    #expect(name.user == nil && name.password == nil && name.port == nil && name.filter == nil && name.tls == nil)
    let user = try DataSourceName("mysql://me@db/mail/\(settings)")
    #expect(user.user == "me" && user.password == nil)
    let empty = try DataSourceName("mysql://me:@db/mail/\(settings)")
    #expect(empty.user == "me" && empty.password == "")
  }

  @Test
  func `quoted-printable is decoded in every part, after the parts were split`() throws {
    let name = try DataSourceName(
      "pgsql://a=40b:p=3Aq=2fr=40s=3D41@=2Frun=2Fpostgresql/m=2Fa/table=a=3fb?keycol==6bey?datacol=x=2Cy"
        + "?filter=n =3D 'c=3Fd' OR m = 4")
    #expect(name.user == "a@b" && name.password == "p:q/r@s=41" && name.host == "/run/postgresql")
    #expect(name.database == "m/a" && name.table == "a?b" && name.keyColumn == "key" && name.dataColumns == ["x", "y"])
    #expect(name.filter == "n = 'c?d' OR m = 4")
  }

  @Test
  func `the first equal sign of a setting splits it, even where it looks like an escape`() throws {
    let name = try DataSourceName("pgsql://h/d/table=add?keycol=ad_key?datacol=be,c?filter==7Bfn}=1")
    #expect(name.table == "add" && name.keyColumn == "ad_key" && name.dataColumns == ["be", "c"])
    #expect(name.filter == "{fn}=1")
  }

  @Test
  func `an ODBC database is a whole connection string`() throws {
    let name = try DataSourceName(
      "odbc://u:p@localhost/DRIVER==7BPostgreSQL Unicode=7D;SERVER=3D127.0.0.1/\(settings)")
    #expect(name.database == "DRIVER={PostgreSQL Unicode};SERVER=127.0.0.1")
  }

  @Test
  func `at signs and colons in a password are accepted, although they should be escaped`() throws {
    let name = try DataSourceName("pgsql://me:a@b:c@db/mail/\(settings)")
    #expect(name.user == "me" && name.password == "a@b:c" && name.host == "db")
  }

  @Test(arguments: ["[2001:db8::1]", "2001:db8::1"])
  func `IPv6 addresses with and without brackets`(host: String) throws {
    let name = try DataSourceName("pgsql://5432+\(host)/mail/\(settings)")
    #expect(name.host == "2001:db8::1" && name.port == 5432 && name.location == "[2001:db8::1]:5432")
  }

  @Test
  func `special characters in settings, and commas in quotes and brackets`() throws {
    let name = try DataSourceName(
      "mysql://h/d/table=`a;b`?keycol=\"x;\"?datacol=coalesce(a,'(;'), `b,c`,d?filter=p/q+r:s@t = ';'")
    #expect(name.table == "`a;b`" && name.keyColumn == "\"x;\"" && name.filter == "p/q+r:s@t = ';'")
    #expect(name.dataColumns == ["coalesce(a,'(;')", " `b,c`", "d"])
  }

  @Test(
    arguments: [
      ("", .noBackend), ("pgsql", .noBackend), ("pgsql:/h/d/", .noBackend), ("pg sql://h/d/", .noBackend),
      ("://h/d/\(settings)", .noBackend), ("pgsql:::://h/d/\(settings)", .noBackend), ("pgsql://h", .noDatabase),
      ("pgsql://h/d", .noKeys), ("pgsql://h/table=t", .noKeys), ("pgsql:////\(settings)", .nowhere),
      ("pgsql://0+h/d/\(settings)", .port), ("pgsql://65536+h/d/\(settings)", .port),
      ("pgsql://+h/d/\(settings)", .port), ("pgsql://-1+h/d/\(settings)", .port),
      ("pgsql://x+h/d/\(settings)", .port), ("pgsql://h:5432/d/\(settings)", .hostWithColon),
      ("pgsql://h/d/table", .noValue), ("pgsql://h/d/\(settings)?limit=3", .unknownKey("limit")),
      ("pgsql://h/d/a@b=c", .unknownKey(nil)), ("pgsql://h/d/\(settings)?table=u", .twice(.table)),
      ("pgsql://h/d/keycol=k?datacol=a", .missing(.table)), ("pgsql://h/d/table=t?datacol=a", .missing(.keycol)),
      ("pgsql://h/d/table=t?keycol=k", .missing(.datacol)), ("pgsql://h/d/table=?keycol=k", .missing(.table)),
      ("pgsql://h/d/table=t?keycol=k?datacol=a,,b", .emptyColumn),
      ("pgsql://h/d/table=t?keycol=k?datacol=a, ", .emptyColumn), ("pgsql://h/d/\(settings)?tls=maybe", .badTLS),
      ("pgsql://h/d/table=t;?keycol=k?datacol=a", .semicolon(.table)),
      ("pgsql://h/d/\(settings)?filter=a'b';c", .semicolon(.filter)),
      ("pgsql://h/d/table=t?keycol=k=3B?datacol=a", .semicolon(.keycol)),
      ("pgsql://h/d/table=t=0A?keycol=k?datacol=a", .controlCharacter(.table)),
      ("pgsql://h/d/table=t?keycol=k\u{85}?datacol=a", .controlCharacter(.keycol)),
      ("pgsql://u:=00@h/d/\(settings)", .controlCharacter(.password)),
      ("pgsql://u=FF:p@h/d/\(settings)", .notUTF8(.user)),
    ] as [(String, DataSourceNameError)])
  func `errors describe the problem`(text: String, error: DataSourceNameError) {
    #expect(throws: error) { try DataSourceName(text) }
    #expect(!error.found.isEmpty && !error.expected.isEmpty)
  }

  @Test
  func `lengths are limited`() throws {
    let long = String(repeating: "x", count: 4097)
    #expect(throws: DataSourceNameError.partTooLong(.table, 4097)) {
      try DataSourceName("pgsql://h/d/table=\(long)?keycol=k?datacol=a")
    }
    #expect(throws: DataSourceNameError.tooLong(16_394)) {
      try DataSourceName("pgsql://h/" + String(repeating: "y", count: 16_384))
    }
    let columns = Array(repeating: "c", count: 65)
    #expect(throws: DataSourceNameError.tooManyColumns(65)) {
      try DataSourceName("pgsql://h/d/table=t?keycol=k?datacol=\(columns.joined(separator: ","))")
    }
    let most = columns.dropLast().joined(separator: ",")
    #expect(try DataSourceName("pgsql://h/d/table=t?keycol=k?datacol=\(most)").dataColumns.count == 64)
  }

  @Test(arguments: ["se/cret", "se+cret", "/secret+1", "se/secret=1/secret?secret=2", "se?cret", "a/b/secret@c=d"])
  func `messages do not show passwords that were not escaped`(password: String) {
    do {
      let name = try DataSourceName("pgsql://me:\(password)@db/mail/\(settings)")
      #expect(name.password == password)
    } catch {
      #expect(!error.found.contains("cret") && !error.expected.contains("cret"))
    }
  }
}
