import DKIMConfiguration
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Data sets in memcached", .enabled(if: MemcachedServer.isInstalled, "memcached is not installed"))
struct MemcacheTests {
  @Test
  func `every row is found as stored, and nothing else`() async throws {
    let server = try await MemcachedServer()
    try server.put(StoreRows.odd + StoreRows.many, prefix: "dkim")
    try server.put([("plainx", "of another set")], prefix: "other")
    let set = try await OpenedSet.open("memcache:\(server.name)/dkim")
    try await StoreRows.expectAll(in: set)
    let fields = try await set.rows(for: "key@example.com", all: false).first?.fields(3)
    #expect(fields == ["example.com", "sel", "/etc/dkimkeys/k.private"])
  }

  @Test
  func `lines in a value; a value of 1 MiB, and a longer one`() async throws {
    let server = try await MemcachedServer(options: ["-I", "4m"])
    let lines = "a\r\nEND\r\nVALUE p:x 0 1\r\nb\r\n"
    let longest = String(repeating: "x", count: 1 << 20)
    try server.put([("lines", lines), ("longest", longest), ("longer", longest + "x"), ("k", "v")], prefix: "p")
    let set = try await OpenedSet.open("memcache:\(server.name)/p")
    #expect(try await set.text("lines") == lines)
    #expect(try await set.text("longest") == longest)
    let (error, _) = await set.failure("longer")
    let why = "the value of \"p:longer\" has 1048577 bytes; expected at most 1048576"
    #expect(error == .unusable("\(server.name): \(why)"))
    #expect(try await set.text("k") == "v")
  }

  @Test
  func `a key never becomes a command, and is not even sent`() async throws {
    let server = try await MemcachedServer()
    try server.put([("k", "v")], prefix: "p")
    let set = try await OpenedSet.open("memcache:\(server.name)/p")
    let questions = try server.questions()
    let keys = ["k\r\nset p:x 0 0 1\r\nx", "k p:k", "k\nflush_all", "k\u{0}", String(repeating: "k", count: 249)]
    for key in keys { #expect(try await set.text(key) == nil, "\(key.debugDescription)") }
    #expect(try server.questions() == questions)
    #expect(try await set.text("x") == nil)
    #expect(try await set.text("k") == "v")
  }

  @Test
  func `a prefix with slashes, and an empty one`() async throws {
    let server = try await MemcachedServer()
    try server.put([("k", "slashes")], prefix: "a/b")
    try server.put([("k", "none")], prefix: "")
    #expect(try await OpenedSet.open("memcache:\(server.name)/a/b").text("k") == "slashes")
    #expect(try await OpenedSet.open("memcache:\(server.name)/").text("k") == "none")
  }

  @Test
  func `a unix socket`() async throws {
    let server = try await MemcachedServer(onSocket: true)
    try server.put([("k", "v")], prefix: "p")
    #expect(try await OpenedSet.open("memcache:\(server.name)/p").text("k") == "v")
  }

  @Test
  func `a host name`() async throws {
    let server = try await MemcachedServer()
    try server.put([("k", "v")], prefix: "p")
    let name = server.name.replacing("127.0.0.1", with: "localhost")
    #expect(try await OpenedSet.open("memcache:\(name)/p").text("k") == "v")
  }

  @Test
  func `the rows cannot be listed`() async throws {
    let server = try await MemcachedServer()
    let set = try await OpenedSet.open("memcache:\(server.name)/p")
    await #expect(throws: DataSetError.notWalkable) { _ = try await set.allRows() }
  }

  @Test
  func `the hash of the key selects the server; if a server is down, only its own keys are unavailable`() async throws {
    let servers = [try await MemcachedServer(), try await MemcachedServer(), try await MemcachedServer()]
    let rows = (0..<200).map { (key: "user\($0)@example.com", value: "\($0)") }
    for number in servers.indices {
      let own = rows.filter { MemcacheKey($0.key, prefix: "p")?.server(of: 3) == number }
      #expect(own.count > 30)
      try servers[number].put(own, prefix: "p")
    }
    let set = try await OpenedSet.open("memcache:\(servers.map(\.name).joined(separator: ","))/p", timeLimit: 1)
    for (key, value) in rows { #expect(try await set.text(key) == value) }
    servers[1].stop()
    for (key, value) in rows {
      if MemcacheKey(key, prefix: "p")?.server(of: 3) == 1 {
        await #expect(throws: DataSetError.self) { _ = try await set.text(key) }
      } else {
        #expect(try await set.text(key) == value)
      }
    }
  }
}
