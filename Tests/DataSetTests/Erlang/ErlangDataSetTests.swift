@testable import DataSetTestSupport

#if Erlang
  import DKIMConfiguration
  import Testing
  import TestSupport

  @testable import DKIMDataSets

  /// Functions that return all types of values.
  private let oddFunctions = """
    odd(<<"integer">>) -> {ok, 42};
    odd(<<"negative">>) -> {ok, -2147483649};
    odd(<<"large">>) -> {ok, 9223372036854775807};
    odd(<<"float">>) -> {ok, 1.5};
    odd(<<"atom">>) -> {ok, 'Grüße'};
    odd(<<"string">>) -> {ok, "a string"};
    odd(<<"characters">>) -> {ok, [252, 128273]};
    odd(<<"empty">>) -> {ok, ""};
    odd(<<"bytes">>) -> {ok, <<16#FF, "a">>};
    odd(<<"tuple">>) -> {ok, {<<"example.com">>, sel, <<"/k">>, 7, "s"}};
    odd(<<"list">>) -> {ok, [<<"example.com">>, "sel", <<"/k">>]};
    odd(<<"colons">>) -> {ok, <<"a:b:c">>};
    odd(<<"nothing">>) -> {ok, {}};
    odd(<<"long">>) -> {ok, binary:copy(<<"x">>, 1048576)};
    odd(<<"too long">>) -> {ok, binary:copy(<<"x">>, 1048577)};
    odd(<<"huge">>) -> {ok, binary:copy(<<"x">>, 8000000)};
    odd(<<"many">>) -> {ok, list_to_tuple(lists:duplicate(64, <<"c">>))};
    odd(<<"too many">>) -> {ok, list_to_tuple(lists:duplicate(65, <<"c">>))};
    odd(<<"map">>) -> {ok, #{a => 1}};
    odd(<<"nested">>) -> {ok, {<<"a">>, {b}}};
    odd(<<"pid">>) -> {ok, self()};
    odd(<<"reference">>) -> {make_ref(), hd(erlang:ports()), fun lists:sort/1, fun(X) -> X end, <<1:3>>};
    odd(<<"big">>) -> {ok, 1 bsl 100};
    odd(<<"naked">>) -> <<"value">>;
    odd(<<"undefined">>) -> undefined;
    odd(<<"end">>) -> '$end_of_table';
    odd(<<"error">>) -> {error, {down, "the table"}};
    odd(<<"thrown">>) -> throw(thrown);
    odd(<<"exit">>) -> exit(gone);
    odd(<<"key">>) -> {ok, <<"still there">>}.

    echo(Key) -> {ok, {Key, integer_to_binary(byte_size(Key))}}.
    slow(Key) -> timer:sleep(binary_to_integer(Key)), {ok, Key}.
    absent(_) -> not_found.
    endless(first) -> {ok, {<<"a">>, <<"1">>}};
    endless({next, Key}) -> {ok, {Key, <<"1">>}}.
    numbers(first) -> {ok, {1, one}};
    numbers({next, <<"1">>}) -> {ok, {2, <<"two">>, "second"}};
    numbers({next, <<"2">>}) -> '$end_of_table'.
    twins(first) -> {ok, {<<"m", 16#C3, 16#BC>>, <<"composed">>}};
    twins({next, <<"m", 16#C3, 16#BC>>}) -> {ok, {<<"mu", 16#CC, 16#88>>, <<"decomposed">>}};
    twins({next, _}) -> '$end_of_table'.

    """

  @Suite(
    "Data sets of kind erlang:", .enabled(if: ErlangMapper.isInstalled, "erlang-base is not installed"),
    .erlang(oddFunctions))
  struct ErlangDataSetTests {
    private func open(_ function: String, timeLimit: Int = 5, cacheSeconds: Int = 0) async throws -> any DataSet {
      let node = try #require(ErlangNode.current)
      var options = DataSetOptions()
      (options.timeLimit, options.cacheSeconds) = (timeLimit, cacheSeconds)
      return try await DataSets.open(node.specification(function), location: nil, options: options, drivers: .all)
    }

    @Test
    func `ten thousand rows of every sort are found, and missing keys are not`() async throws {
      let set = try await open("lookup")
      try await StoreRows.expectAll(in: set)
      #expect(!set.specification.contains(ErlangNode.cookie) && !set.matchesPatterns)
    }

    @Test(arguments: [
      ("integer", ["42"]), ("negative", ["-2147483649"]), ("large", ["9223372036854775807"]), ("float", ["1.5"]),
      ("atom", ["Grüße"]), ("string", ["a string"]), ("characters", ["ü🔑"]), ("empty", [""]),
      ("bytes", ["\u{FFFD}a"]),
      ("tuple", ["example.com", "sel", "/k", "7", "s"]), ("list", ["example.com", "sel", "/k"]),
      ("colons", ["a:b:c"]),
      ("nothing", []), ("long", [String(repeating: "x", count: 1 << 20)]),
      ("many", Array(repeating: "c", count: 64)),
    ])
    func `the value of a function is a row`(key: String, expected: [String]) async throws {
      let row = try await open("odd").rows(for: key, all: false).first
      #expect(row == DataSetRow(key: key, value: .columns(expected), location: nil))
    }

    @Test(arguments: [
      ("too long", "returned a value of 1048577 bytes; expected at most 1048576"),
      ("huge", "the response has 8000"), ("too many", "returned 65 columns; expected at most 64"),
      ("map", "returned #{1 pairs}; expected not_found, or {ok, Value}"), ("nested", "returned {b}; expected"),
      ("pid", "returned <rows"), ("reference", "returned {#Ref,#Port,fun lists:sort/1,#Fun,a bitstring}"),
      ("big", "returned a number of 13 bytes"), ("naked", "returned <<\"value\">>; expected"),
      ("undefined", "returned undefined; expected"), ("end", "returned '$end_of_table' for a key"),
      ("error", "is temporarily unavailable"), ("error", "odd/1 returned {error,{down,\"the table\"}}"),
      ("thrown", "returned thrown; expected"), ("exit", "odd/1 failed: {EXIT,gone}"),
      ("no clause", "odd/1 failed: {EXIT,{function_clause,"),
    ])
    func `an invalid value is an error, and the next lookup works`(key: String, expected: String) async throws {
      let set = try await open("odd")
      let error = await #expect(throws: DataSetError.self) { _ = try await set.rows(for: key, all: false) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
      #expect(error?.description.contains(ErlangNode.cookie) == false)
      #expect(try await set.rows(for: "key", all: false).first?.fields(1) == ["still there"])
    }

    @Test(arguments: ["müller@bücher.example", "", "a\0b", "🔑", "first"])
    func `keys arrive as they are`(key: String) async throws {
      let row = try await open("echo").rows(for: key, all: true).first
      #expect(row?.fields(2) == [key, String(key.utf8.count)])
    }

    @Test
    func `a missing function or module`() async throws {
      let set = try await open("nothing")
      let error = await #expect(throws: DataSetError.self) { _ = try await set.rows(for: "k", all: false) }
      guard case .unusable(let why) = error else {
        Issue.record("\(error.debugDescription)")
        return
      }
      #expect(why.hasSuffix("rows:nothing/1 cannot be called: the function does not exist; export it from its module"))
    }

    @Test
    func `rows are listed in order, and no more than requested`() async throws {
      let set = try await open("lookup")
      let expected = (StoreRows.odd + StoreRows.many).sorted {
        Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8))
      }
      let some = try await set.allRows(limit: 500)
      #expect(some.map(\.key) == expected.prefix(500).map(\.key))
      #expect(some.map { $0.fields(1).first ?? nil } == expected.prefix(500).map(\.value))
      #expect(
        try await open("numbers").allRows()
          == [
            DataSetRow(key: "1", value: .columns(["one"]), location: nil),
            DataSetRow(key: "2", value: .columns(["two", "second"]), location: nil),
          ])
      // Keys that look the same but differ in their bytes are two rows.
      #expect(try await open("twins").allRows().map { $0.fields(1) } == [["composed"], ["decomposed"]])
    }

    @Test
    func `a function that only supports lookups cannot be listed; an endless listing is stopped`() async throws {
      for function in ["odd", "absent"] {
        let set = try await open(function)
        await #expect(throws: DataSetError.notWalkable) { _ = try await set.allRows() }
      }
      let set = try await open("endless")
      let error = await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
      #expect(error?.description.contains("the list has no end") == true)
    }

    @Test
    func `a slow function fails in time, and other lookups work in the meantime`() async throws {
      let set = try await open("slow", timeLimit: 1)
      let start = ContinuousClock.now
      async let late = (try? await set.rows(for: "3000", all: false)) == nil
      #expect(try await set.rows(for: "0", all: false).first?.fields(1) == ["0"])
      #expect(await late)
      #expect(ContinuousClock.now - start < .seconds(3))
      #expect(try await set.rows(for: "10", all: false).first?.fields(1) == ["10"])
    }

    @Test
    func `many concurrent lookups`() async throws {
      let set = try await open("echo")
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<400 {
          group.addTask { try await set.rows(for: "k\(number)", all: false).first?.fields(1) == ["k\(number)"] }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }

    @Test
    func `no thread is needed if the caller may block`() async throws {
      try await DataSets.$mayBlock.withValue(true) {
        let set = try await open("lookup")
        #expect(try await set.rows(for: "plain", all: false).first?.fields(1) == ["value"])
      }
    }
  }
#endif
