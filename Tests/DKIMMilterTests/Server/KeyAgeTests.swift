import DKIMConfiguration
import Synchronization
import Testing

@testable import DKIMMilter

/// A table whose server did not respond when it was opened.
private final class SilentTable: DataSet {
  let walks = Mutex(0)
  let startProblem: DataSetError?

  let asksServer: Bool

  init(_ startProblem: DataSetError?, asksServer: Bool = false) {
    (self.startProblem, self.asksServer) = (startProblem, asksServer)
  }

  var specification: String { "silent:" }

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] { [] }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
    walks.withLock { $0 += 1 }
    return [DataSetRow(key: "k", value: .text("example.com:s:/etc/dkimkeys/s.private"), location: nil)]
  }
}

@Suite("Ages of keys")
struct KeyAgeTests {
  @Test
  func `a KeyTable that did not respond at the start is not listed, and one that did is`() {
    for (problem, walks) in [(DataSetError.temporary("down"), 0), (nil, 1)] {
      let table = SilentTable(problem)
      var configuration = Configuration()
      configuration.metrics.file = "/nonexistent/metrics"
      configuration.signing.keys = .tables(SigningTable(table), KeyTable(table))
      #expect(configuration.keyFiles == (problem == nil ? ["/etc/dkimkeys/s.private"] : []))
      #expect(table.walks.withLock { $0 } == walks)
    }
  }

  @Test
  func `a KeyTable on a server is not listed, because it may have very many rows`() {
    let table = SilentTable(nil, asksServer: true)
    var configuration = Configuration()
    configuration.metrics.file = "/nonexistent/metrics"
    configuration.signing.keys = .tables(SigningTable(table), KeyTable(table))
    #expect(configuration.keyFiles.isEmpty)
    #expect(table.walks.withLock { $0 } == 0)
  }
}
