import Glibc
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite(
  "memcached lookups compared with OpenDKIM",
  .enabled(if: MemcachedServer.isInstalled && OpenDKIMQuery.isInstalled, "memcached or opendkim is not installed"))
struct MemcachePeerTests {
  private let rows: [(key: String, value: String)] =
    (0..<20).map { ("user\($0)@example.com", "d\($0).example:s\($0):/keys/\($0)") } + [
      (".example.com", "a:b"), ("*", "asterisk:c"), ("sel._domainkey.example.com", "x:y:z:more"),
    ]

  @Test
  func `results are the same, with one server and with two, in either order`() async throws {
    let servers = [try await MemcachedServer(), try await MemcachedServer()]
    for list in [[servers[0]], servers, servers.reversed()] {
      let prefix = "set\(list.count)\(list[0] === servers[0])"
      for (key, value) in rows {
        let owner = MemcacheKey(key, prefix: prefix)?.server(of: list.count) ?? 0
        try list[owner].put([(key, value)], prefix: prefix)
      }
      let specification = "memcache:\(list.map(\.name).joined(separator: ","))/\(prefix)"
      let set = try await OpenedSet.open(specification)
      for key in rows.map(\.key) + ["absent"] {
        let ours = try await set.rows(for: key, all: false).first?.fields(2)
        let theirs = try await OpenDKIMQuery.run(specification, key, fields: 2)
        #expect(ours == theirs, "\(specification) \(key)")
        #expect((ours == nil) == (key == "absent"))
      }
    }
  }
}
