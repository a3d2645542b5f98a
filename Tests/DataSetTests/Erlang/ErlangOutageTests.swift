@testable import DataSetTestSupport

#if Erlang
  import DKIMConfiguration
  import Testing
  import TestSupport

  @testable import DKIMDataSets

  @Suite(
    "Erlang nodes that are down", .enabled(if: ErlangMapper.isInstalled, "erlang-base is not installed"), .measuresTime)
  struct ErlangOutageTests {
    private func open(
      _ specification: String, timeLimit: Int = 1, softStart: Bool = false
    ) async throws -> any DataSet {
      var options = DataSetOptions()
      (options.timeLimit, options.cacheSeconds, options.softStart) = (timeLimit, 0, softStart)
      return try await DataSets.open(specification, location: nil, options: options, drivers: .all)
    }

    private let rows = [("k", "v")]

    private func expectAnswer(_ set: any DataSet, within limit: Duration = .seconds(1)) async throws {
      try await eventually("the node responds", within: limit) {
        (try? await set.rows(for: "k", all: false).first?.fields(1)) == ["v"]
      }
    }

    @Test
    func `a node that is stopped and started again is used within a second`() async throws {
      let node = try await ErlangNode(rows: rows)
      let set = try await open(node.specification("lookup"))
      try await expectAnswer(set)
      for _ in 0..<2 {
        node.stop()
        for _ in 0..<10 {
          await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "k", all: false) }
          try await Task.sleep(for: .milliseconds(20))
        }
        try await node.start()
        try await expectAnswer(set)
      }
      // The node came back between two lookups.
      node.stop()
      try await node.start()
      #expect(try await set.rows(for: "k", all: false).first?.fields(1) == ["v"])
    }

    @Test
    func `a node that is down at the start, and a node whose host has no port mapper`() async throws {
      _ = ErlangMapper.port
      let mapper = try await ErlangMapper.running()
      let specification = "erlang:nobody@localhost:chocolate:rows:lookup"
      let error = await #expect(throws: DataSetOpenError.self) { _ = try await open(specification) }
      #expect(
        error?.description.contains("nobody@localhost: the node is not registered with the port mapper at ") == true,
        "\(error?.description ?? "")")
      #expect(error?.description.contains("chocolate") == false)
      let set = try await open(specification, softStart: true)
      #expect(set.startProblem != nil)
      withExtendedLifetime(mapper) {}
      let other = await #expect(throws: DataSetOpenError.self) {
        _ = try await open("erlang:nobody@127.0.0.2:chocolate:rows:lookup")
      }
      #expect(
        other?.description.contains("nobody@127.0.0.2: 127.0.0.2:\(ErlangMapper.port): cannot connect") == true,
        "\(other?.description ?? "")")
    }

    @Test
    func `of several nodes, the first that responds is used, and another one when it stops`() async throws {
      let first = try await ErlangNode(functions: "who(_) -> {ok, first}.\n")
      let second = try await ErlangNode(functions: "who(_) -> {ok, second}.\n")
      let names = "nobody@localhost, \(first.name),\(second.name)"
      let set = try await open("erlang:\(names):\(ErlangNode.cookie):rows:who", timeLimit: 3)
      #expect(try await set.rows(for: "k", all: false).first?.fields(1) == ["first"])
      first.stop()
      #expect(try await set.rows(for: "k", all: false).first?.fields(1) == ["second"])
      second.stop()
      let error = await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "k", all: false) }
      for name in ["nobody@localhost", first.name, second.name] {
        #expect(error?.description.contains("\(name): ") == true, "\(error?.description ?? "")")
      }
    }

    @Test
    func `a node that stops responding fails in time, and is used when it responds again`() async throws {
      let node = try await ErlangNode(rows: rows)
      let set = try await open(node.specification("lookup"))
      try await expectAnswer(set)
      try await node.pause()
      for _ in 0..<2 {
        let start = ContinuousClock.now
        await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "k", all: false) }
        #expect(ContinuousClock.now - start < .seconds(2))
      }
      // Another connection cannot be opened either.
      let start = ContinuousClock.now
      await #expect(throws: DataSetOpenError.self) { _ = try await open(node.specification("lookup")) }
      #expect(ContinuousClock.now - start < .seconds(2))
      node.resume()
      try await expectAnswer(set, within: .seconds(2))
    }

    @Test
    func `a wrong cookie is reported differently from a node that is down, and never shown`() async throws {
      let node = try await ErlangNode(rows: rows)
      let specification = node.specification("lookup", cookie: "vanilla")
      for isSoft in [false, true] {
        let error = await #expect(throws: DataSetOpenError.self) {
          _ = try await open(specification, softStart: isSoft)
        }
        guard case .store(.unusable(let why)) = error?.reason else {
          Issue.record("\(error.debugDescription)")
          continue
        }
        #expect(why.hasPrefix("\(node.name): the node has another cookie"))
        #expect(error?.description.contains("vanilla") == false)
      }
    }

    @Test
    func `a node that refuses the connection`() async throws {
      let node = try await ErlangNode(functions: "close(_) -> net_kernel:allow(['other@localhost']), {ok, 1}.\n")
      let set = try await open(node.specification("close"))
      _ = try await set.rows(for: "k", all: false)
      let error = await #expect(throws: DataSetOpenError.self) { _ = try await open(node.specification("lookup")) }
      #expect(
        error?.description.contains("the node does not allow this connection") == true, "\(error?.description ?? "")")
    }

    @Test
    func `a node with a long name`() async throws {
      let node = try await ErlangNode(rows: rows, host: "127.0.0.1")
      #expect(try await open(node.specification("lookup")).rows(for: "k", all: false).first?.fields(1) == ["v"])
    }

    @Test
    func `ticks of an idle node are answered`() async throws {
      let functions = "slow(Key) -> timer:sleep(binary_to_integer(Key)), {ok, Key}.\n"
      let node = try await ErlangNode(functions: functions, options: ["-kernel", "net_ticktime", "2"])
      let set = try await open(node.specification("slow"), timeLimit: 10)
      #expect(try await set.rows(for: "4000", all: false).first?.fields(1) == ["4000"])
      // The node has closed the connection that was idle for so long.
      try await Task.sleep(for: .seconds(4))
      #expect(try await set.rows(for: "1", all: false).first?.fields(1) == ["1"])
    }
  }
#endif
