#if Erlang
  import DKIMConfiguration
  import Testing

  @testable import DKIMDataSets

  @Suite("Erlang terms")
  struct ErlangTermTests {
    private let terms: [ErlangTerm] = [
      .atom("ok"), .atom(""), .atom(String(repeating: "ü", count: 255)), .integer(0), .integer(255), .integer(256),
      .integer(-1), .integer(.max), .integer(.min), .float(-1.5), .binary([]), .binary([0, 255]), .tuple([]),
      .tuple([.atom("a"), .tuple([.integer(1)])]), .list([]), .list([.atom("a"), .list([.integer(1)])]),
      .process(ErlangProcess(node: "a@b", number: 1, serial: 2, creation: 3)),
    ]

    @Test
    func `encoded terms are decoded unchanged`() throws {
      for term in terms {
        var writer = ErlangWriter()
        writer.write(term)
        var reader = ErlangReader(writer.bytes)
        #expect(try reader.term() == term)
        // No bytes are left.
        #expect(throws: ErlangReader.Malformed.self) { try reader.expect(0) }
      }
    }

    @Test
    func `truncated or changed data gives an error or another term, and never a crash`() {
      var generator = SystemRandomNumberGenerator()
      var writer = ErlangWriter()
      writer.write(.tuple(terms))
      for count in 0..<writer.bytes.count {
        var reader = ErlangReader(Array(writer.bytes.prefix(count)))
        #expect(throws: ErlangReader.Malformed.self) { _ = try reader.term() }
      }
      var read = 0
      for _ in 0..<20_000 {
        var bytes = writer.bytes
        for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255) }
        var reader = ErlangReader(bytes)
        if let term = try? reader.term() { read += "\(term)".isEmpty ? 0 : 1 }
      }
      #expect(read > 0)
    }

    @Test
    func `counts beyond the end, and terms nested too deeply`() {
      let deep: [UInt8] = (0..<1000).flatMap { _ -> [UInt8] in [ErlangTag.shortTuple, 1] }
      let all: [[UInt8]] = [
        [ErlangTag.tuple, 255, 255, 255, 255], [ErlangTag.list, 255, 255, 255, 255],
        [ErlangTag.map, 127, 255, 255, 255],
        [ErlangTag.binary, 255, 255, 255, 255, 1], [ErlangTag.largeBig, 255, 255, 255, 255, 0, 1],
        [ErlangTag.function, 0, 0, 0, 1], [ErlangTag.newReference, 255, 255, ErlangTag.smallInteger, 1], [], [0],
        deep,
      ]
      for bytes in all {
        var reader = ErlangReader(bytes)
        #expect(throws: ErlangReader.Malformed.self) { _ = try reader.term() }
      }
    }

    @Test
    func `terms are shown in Erlang's notation`() {
      let term = ErlangTerm.tuple([
        .atom("a"), .integer(1), .binary([97]), .list([]), .list([.integer(97)]), .float(0.5),
      ])
      #expect("\(term)" == "{a,1,<<\"a\">>,[],\"a\",0.5}")
      #expect("\(ErlangTerm.list([.atom("a"), .atom("b")]))" == "[a,b]")
      #expect(ErlangTerm.list([.integer(0xD800)]).text == nil && ErlangTerm.tuple([]).text == nil)
    }

    @Test
    func `a specification in OpenDKIM's form`() throws {
      let name = try ErlangName("mynode@myhost, other@host.example: chocolate:dkim:lookup")
      #expect(name.nodes.map(\.description) == ["mynode@myhost", "other@host.example"])
      #expect(name.cookie == "chocolate" && name.module == "dkim" && name.function == "lookup")
    }

    @Test(arguments: [
      "", "n@h", "n@h:secret", "n@h:secret:m", "n@h:secret:m:f:x", ":secret:m:f", "n@h::m:f", "n@h:secret::f",
      "n@h:secret:m:",
      "n:secret:m:f", "@h:secret:m:f", "n@:secret:m:f", "n@h@i:secret:m:f", "n@h,:secret:m:f", "n@h,,o@h:secret:m:f",
      "n @h:secret:m:f", "n@h:secret:m:\(String(repeating: "f", count: 256))",
      "n@h:\(String(repeating: "secret", count: 100)):m:f", "\(String(repeating: "n", count: 255))@h:secret:m:f",
    ])
    func `invalid specifications`(text: String) async throws {
      let problem = #expect(throws: NameProblem.self) { _ = try ErlangName(text) }
      #expect(problem?.found.contains("secret") == false)
      let error = await #expect(throws: DataSetOpenError.self) {
        _ = try await DataSets.open("erlang:" + text, location: nil, drivers: .all)
      }
      #expect(error?.description.contains("secret") == false, "\(error?.description ?? "")")
    }

    @Test
    func `connection numbers are used in turn`() {
      let numbers = ErlangNumbers(count: 3)
      #expect([numbers.take(), numbers.take()] == [0, 1])
      numbers.free(0)
      #expect([numbers.take(), numbers.take(), numbers.take()] == [2, 0, nil])
      numbers.free(2)
      #expect(numbers.take() == 2)
    }
  }
#endif
