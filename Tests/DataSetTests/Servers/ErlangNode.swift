import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DataSetTestSupport

/// An Erlang node on 127.0.0.1, with a module `rows` for lookups.
final class ErlangNode: Sendable {
  /// The node of a suite with ``ErlangTrait``.
  @TaskLocal static var current: ErlangNode?

  static let cookie = "chocolate"

  let name: String
  private let folder: String
  private let options: [String]
  private let mapper: ErlangMapper
  private let process: Mutex<ChildProcess?>

  /// Starts a node and waits until it takes connections.
  ///
  /// - Parameters:
  ///   - functions: additional functions of the module.
  ///   - rows: the rows that `rows:lookup/1` finds.
  ///   - host: a name with dots makes it a node with a long name.
  init(
    functions: String = "", rows: [(key: String, value: String)] = [], host: String = "localhost",
    options: [String] = []
  ) async throws {
    folder = try TestFiles.makeFolder("/tmp/dkim-erlang-")
    name = "rows\(UInt32.random(in: .min ... .max))@\(host)"
    self.options = options
    mapper = try await ErlangMapper.running()
    process = Mutex(nil)
    try TestFiles.write(Array((Self.module + functions).utf8), to: folder + "/rows.erl")
    try TestFiles.write(rows.flatMap { Self.bytes($0.key) + Self.bytes($0.value) }, to: folder + "/rows.data")
    try await start()
  }

  deinit {
    _ = process.withLock { $0?.stop(timeout: .zero) }
    TestFiles.removeFolder(folder)
  }

  /// The specification of a data set that uses the function.
  func specification(_ function: String, cookie: String = ErlangNode.cookie) -> String {
    "erlang:\(name):\(cookie):rows:\(function)"
  }

  func start() async throws {
    let flag = name.hasSuffix("@localhost") ? "-sname" : "-name"
    let ready = folder + "/ready"
    unlink(ready)
    let erlang = try ChildProcess(
      [
        "erl", "-noshell", "-noinput", flag, name, "-setcookie", Self.cookie, "-start_epmd", "false", "-kernel",
        "inet_dist_use_interface", "{127,0,0,1}", "+S", "1:1", "+A", "1",
      ] + options + [
        "-eval",
        "ok=file:set_cwd(\"\(folder)\"),{ok,_}=compile:file(rows,[]),rows:start(),ok=file:write_file(\"ready\",\"\").",
      ],
      environment: ["HOME": folder, "ERL_EPMD_PORT": String(ErlangMapper.port), "ERL_CRASH_DUMP_BYTES": "0"],
      log: folder + "/log")
    process.withLock { $0 = erlang }
    try await eventually("the node is ready: \(log)") { access(ready, F_OK) == 0 || !erlang.isRunning }
    guard erlang.isRunning else { throw ChildProcess.Failure("the node ended: \(log)") }
  }

  func stop() { _ = process.withLock { $0?.stop(SIGKILL) } }
  /// It takes a moment until all of its threads have stopped.
  func pause() async throws {
    process.withLock { $0?.signal(SIGSTOP) }
    try await Task.sleep(for: .milliseconds(200))
  }

  func resume() { process.withLock { $0?.signal(SIGCONT) } }

  /// The output of the node.
  var log: String { String(decoding: (try? TestFiles.read(folder + "/log")) ?? [], as: UTF8.self) }

  /// A text in the form that the module reads: its length in four bytes, and the text.
  private static func bytes(_ text: String) -> [UInt8] {
    let count = text.utf8.count
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + Array(text.utf8)
  }

  private static let module = """
    -module(rows).
    -compile([export_all, nowarn_export_all]).

    start() ->
      {ok, Data} = file:read_file("rows.data"),
      Self = self(),
      spawn(fun() ->
        ets:new(rows, [named_table, ordered_set]),
        fill(Data),
        Self ! filled,
        receive stop -> ok end
      end),
      receive filled -> ok end.

    fill(<<K:32, Key:K/binary, V:32, Value:V/binary, Rest/binary>>) -> ets:insert(rows, {Key, Value}), fill(Rest);
    fill(<<>>) -> ok.

    lookup(first) -> row(ets:first(rows));
    lookup({next, Key}) -> row(ets:next(rows, Key));
    lookup(Key) when is_binary(Key) ->
      case ets:lookup(rows, Key) of
        [{_, Value}] -> {ok, Value};
        [] -> not_found
      end.

    row('$end_of_table') -> '$end_of_table';
    row(Key) -> {ok, {Key, ets:lookup_element(rows, Key, 2)}}.

    """
}

/// Starts one node for a suite.
struct ErlangTrait: SuiteTrait, TestScoping {
  let functions: String

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let node = try await ErlangNode(functions: functions, rows: StoreRows.odd + StoreRows.many)
    try await ErlangNode.$current.withValue(node, operation: function)
    withExtendedLifetime(node) {}
  }
}

extension Trait where Self == ErlangTrait {
  /// One node for all tests of a suite, with additional functions in its module `rows`.
  static func erlang(_ functions: String) -> ErlangTrait { ErlangTrait(functions: functions) }
}
