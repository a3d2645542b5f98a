import Glibc
import Synchronization
import Testing

@testable import DKIMConfiguration

/// A table on a server, with a warning.
private final class ServedTable: DataSet {
  let walks = Mutex(0)
  let specification = "redis://…"
  let asksServer: Bool

  init(asksServer: Bool) { self.asksServer = asksServer }

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] { [] }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
    walks.withLock { $0 += 1 }
    return [DataSetRow(key: "k", value: .text("example.com:s:/nonexistent/key"), location: nil)]
  }

  func problems() async -> [ConfigurationProblem] {
    [ConfigurationProblem(.warning, at: FileLocation(file: "c", line: 1), "the server is not checked")]
  }
}

@Suite("Loader: tables on servers")
struct LoaderServerTests {
  private func load(_ table: ServedTable, _ more: String = "") async -> [ConfigurationProblem] {
    var loader = ConfigurationLoader()
    loader.drivers[.redis] = .opens { _ in table }
    let text = "KeyTable redis://h/keys\nSigningTable redis://h/signing\n" + more
    return await loader.load(Settings.parse(text, file: "c").settings).1
  }

  @Test
  func `keys are read in advance from file tables, not from servers, which may have very many other rows`() async {
    for asksServer in [true, false] {
      let table = ServedTable(asksServer: asksServer)
      let problems = await load(table)
      #expect(table.walks.withLock { $0 } == (asksServer ? 0 : 1))
      #expect(problems.contains { $0.text.contains("/nonexistent/key") } != asksServer)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root drops privileges"))
  func `for root, who can read more files, they are read from servers as well`() async {
    let table = ServedTable(asksServer: true)
    _ = await load(table, "UserID nobody\n")
    #expect(table.walks.withLock { $0 } == 1)
  }

  @Test
  func `a warning about a server is reported once at the start`() async {
    #expect(await load(ServedTable(asksServer: true)).count { $0.text == "the server is not checked" } == 1)
    #expect(await load(ServedTable(asksServer: false)).count { $0.text == "the server is not checked" } == 0)
  }

  @Test
  func `a duplicate problem is not reported again, and problems beyond the limit are counted`() {
    var list = ProblemList()
    for number in 0..<300 {
      for _ in 0..<2 { list.add(ConfigurationProblem(.warning, at: nil, "problem \(number % 250)")) }
    }
    #expect(list.all.count == ProblemList.limit + 1)
    #expect(Set(list.all.map(\.text)).count == ProblemList.limit + 1)
  }
}
