@testable import DataSetTestSupport

#if BerkeleyDB
  import Testing

  @testable import DKIMConfiguration
  @testable import DKIMDataSets

  @Suite("POPDBFile")
  struct POPDatabaseTests {
    @Test func `a Berkeley DB file lists the clients`() async throws {
      try await DatabaseFiles.run { files in
        try await files.makeBerkeleyDB("pop.db", [("192.0.2.1", "1"), ("2001:db8::7", "1")])
        var loader = ConfigurationLoader()
        loader.drivers = .all
        let (settings, _) = Settings.parse("POPDBFile \(files.path("pop.db"))\n", file: "c")
        let (configuration, problems) = await loader.load(settings)
        #expect(problems.map(\.description) == [])
        let list = try #require(configuration?.origin.popDatabase)
        for address in ["192.0.2.1", "2001:db8::7"] { #expect(try await list.row(for: address) != nil, "\(address)") }
        #expect(try await list.row(for: "192.0.2.2") == nil)
      }
    }
  }
#endif
