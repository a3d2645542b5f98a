import DKIMConfiguration
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Data sets in Redis", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisTests {
  @Test
  func `every row is found as stored, and nothing else`() async throws {
    let server = try await RedisServer()
    try server.put(StoreRows.odd + StoreRows.many, prefix: "dkim")
    try server.put([("plainx", "of another set")], prefix: "other")
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/dkim")
    try await StoreRows.expectAll(in: set)
    let fields = try await set.rows(for: "key@example.com", all: false).first?.fields(3)
    #expect(fields == ["example.com", "sel", "/etc/dkimkeys/k.private"])
  }

  @Test
  func `lines in a value; a value of 1 MiB, and a longer one`() async throws {
    let server = try await RedisServer()
    let lines = "a\r\n$1\r\n+OK\r\n"
    let longest = String(repeating: "x", count: 1 << 20)
    try server.put([("lines", lines), ("longest", longest), ("longer", longest + "x"), ("k", "v")], prefix: "p")
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p")
    #expect(try await set.text("lines") == lines)
    #expect(try await set.text("longest") == longest)
    let (error, _) = await set.failure("longer")
    let why = "the key \"p:longer\": a value of 1048577 bytes; expected at most 1048576"
    #expect(error == .unusable("127.0.0.1:\(server.port): \(why)"))
    #expect(try await set.text("k") == "v")
  }

  @Test
  func `a key never becomes a command`() async throws {
    let server = try await RedisServer()
    try server.put([("k", "v"), ("a b\r\n", "blank")], prefix: "p")
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p")
    for key in ["k\r\nSET p:x 1\r\n", "k\r\n$3\r\nGET", "k\u{0}", String(repeating: "k", count: 1023)] {
      #expect(try await set.text(key) == nil, "\(key.debugDescription)")
    }
    #expect(try await set.text("x") == nil)
    #expect(try await set.text("a b\r\n") == "blank")
  }

  @Test
  func `a key that has a list as its value is an error that names it, and the connection stays usable`() async throws {
    let server = try await RedisServer()
    try server.put([("k", "v")], prefix: "p")
    try server.run([["LPUSH", "p:list", "v"]])
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p")
    let (error, _) = await set.failure("list")
    guard case .unusable(let why) = error else { Issue.record("\(error.debugDescription)"); return }
    #expect(why.hasPrefix("127.0.0.1:\(server.port): the key \"p:list\" was refused: WRONGTYPE"))
    #expect(try await set.text("k") == "v")
  }

  @Test
  func `the rows of a prefix are listed, sorted, up to a limit, whatever else is stored`() async throws {
    let server = try await RedisServer()
    let rows = Array(StoreRows.many.prefix(3000))
    let prefix = "a*[b]?\\"
    try server.put(rows, prefix: prefix)
    try server.put(rows, prefix: "axb")
    try server.put([("k", "v")], prefix: "a")
    try server.run([["LPUSH", "\(prefix):list", "v"]])
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/a*[b]%3F%5C")
    let all = try await set.allRows()
    #expect(all.map(\.key) == rows.map(\.key).sorted())
    #expect(all.allSatisfy { row in row.value.map { "\($0)".contains(".example:s") } == true })
    #expect(try await set.allRows(limit: 10).count == 10)
    #expect(try await set.allRows(limit: 0).isEmpty)
  }

  @Test
  func `keys that look the same but differ in their bytes are two rows`() async throws {
    let server = try await RedisServer()
    try server.put([("m\u{FC}ller", "composed"), ("mu\u{308}ller", "decomposed")], prefix: "p")
    let set = try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p", cacheSeconds: 30)
    #expect(try await set.text("mu\u{308}ller") == "decomposed")
    #expect(try await set.text("m\u{FC}ller") == "composed")
    #expect(try await set.allRows().map { $0.fields(1).first ?? nil } == ["decomposed", "composed"])
  }

  @Test
  func `each database has its own rows`() async throws {
    let server = try await RedisServer()
    try server.put([("k", "zero")], prefix: "p")
    try server.put([("k", "three")], prefix: "p", database: 3)
    #expect(try await OpenedSet.open("redis://127.0.0.1:\(server.port)/p").text("k") == "zero")
    #expect(try await OpenedSet.open("redis://127.0.0.1:\(server.port)/0/p").text("k") == "zero")
    #expect(try await OpenedSet.open("redis://127.0.0.1:\(server.port)/3/p").text("k") == "three")
    let refusal = await OpenedSet.refusal("redis://127.0.0.1:\(server.port)/99/p", softStart: true)
    #expect(refusal?.contains("database 99 was refused: ERR DB index is out of range") == true, "\(refusal ?? "")")
  }

  @Test
  func `a unix socket`() async throws {
    let server = try await RedisServer()
    try server.put([("k", "v")], prefix: "p", database: 2)
    #expect(try await OpenedSet.open("redis://\(server.socketHost)/2/p").text("k") == "v")
    let refusal = await OpenedSet.refusal("rediss://\(server.socketHost)/2/p")
    #expect(refusal?.contains("a unix socket, which needs no TLS") == true, "\(refusal ?? "")")
  }
}
