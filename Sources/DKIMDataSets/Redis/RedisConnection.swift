internal import DKIMConfiguration

/// A connection to Redis, or to a server with the same protocol: Valkey, KeyDB.
final class RedisConnection: StoreConnection {
  private let stream: BufferedStream
  private let prefix: String

  /// Connects, logs in, and looks up a key to check that the user may do so.
  init(to endpoint: Endpoint, _ name: RedisName, until deadline: Deadline) throws(DataSetError) {
    stream = BufferedStream(try endpoint.connect(until: deadline))
    prefix = name.prefix
    if let password = name.password {
      try logIn(name.user, password, until: deadline)
    }
    if let database = name.database {
      _ = try answer("database \(database)", ["SELECT", "\(database)"], until: deadline)
    }
    let probe = try ask("a lookup", ["GET", "\(prefix):"].map { Array($0.utf8) }, until: deadline)
    // Whatever the type of the value, the key can be read.
    if case .error(let text) = probe, !text.starts(with: "WRONGTYPE".utf8) { throw refusal("a lookup", text) }
  }

  /// Some servers repeat the command in their errors, so messages must not quote them: they could show a password.
  private func logIn(_ user: String?, _ password: String, until deadline: Deadline) throws(DataSetError) {
    let (what, command) = ("the login", ["AUTH"] + (user.map { [$0] } ?? []) + [password])
    let reply: RedisReply
    do throws(DataSetError) {
      reply = try ask(what, command.map { Array($0.utf8) }, until: deadline)
    } catch {
      // Other errors do not quote the response.
      guard "\(error)".contains(RedisReply.notRedis) else { throw error }
      throw .temporary("\(stream.peer): \(what): the server did not send a Redis response")
    }
    switch reply {
    case .status: return
    case .error(let text): throw RedisRefusal(text).error(what, peer: stream.peer, isLogin: true)
    default: throw unexpected()
    }
  }

  func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
    guard let name = RedisKey.bytes(key, prefix: prefix) else { return nil }
    let what = "the key \"\(ServerText.shown(name))\""
    switch try ask(what, [Array("GET".utf8), name], until: deadline) {
    case .text(let text): return text.map { DataSetRow(key: key, value: .text($0), location: nil) }
    case .error(let text): throw refusal(what, text)
    default: throw unexpected()
    }
  }

  func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
    let names = try names(limit: limit, until: deadline)
    var rows: [DataSetRow] = []
    var counter = WalkCounter()
    var next = 0
    while next < names.count, rows.count < limit {
      let batch = names[next..<min(next + 100, names.count)]
      next = batch.endIndex
      guard case .list(let values) = try answer(allRows, ["MGET"] + batch, until: deadline) else { throw unexpected() }
      for (name, value) in zip(batch, values) {
        // The key was deleted in the meantime, or is not a string.
        guard case .text(let text?) = value else { continue }
        counter.count([text])
        try check(counter)
        let key = String(Substring(name.utf8.dropFirst(prefix.utf8.count + 1)))
        rows.append(DataSetRow(key: key, value: .text(text), location: nil))
      }
    }
    return Array(rows.prefix(limit))
  }

  /// The keys with the prefix, sorted and without duplicates. The number may exceed `limit`, because a response of the
  /// server is used completely.
  private func names(limit: Int, until deadline: Deadline) throws(DataSetError) -> [String] {
    var names: Set<ByteKey> = []
    var counter = WalkCounter()
    var cursor = "0"
    let pattern = RedisKey.pattern(prefix: prefix)
    repeat {
      let command = ["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"]
      guard case .list(let parts) = try answer(allRows, command, until: deadline), parts.count == 2,
        case .text(let position?) = parts[0], case .list(let found) = parts[1]
      else { throw unexpected() }
      for case .text(let name?) in found where name.utf8.starts(with: "\(prefix):".utf8) {
        if names.insert(ByteKey(name)).inserted { counter.count(name) }
      }
      try check(counter)
      cursor = position
    } while cursor != "0" && names.count < limit
    return names.sorted().map(\.text)
  }

  // MARK: Commands

  /// The name for all rows in messages.
  private var allRows: String { "the rows of \"\(ServerText.shown(prefix))\"" }

  /// - Throws: also if the server refuses the command.
  private func answer(_ what: String, _ command: [String], until deadline: Deadline) throws(DataSetError) -> RedisReply
  {
    let reply = try ask(what, command.map { Array($0.utf8) }, until: deadline)
    if case .error(let text) = reply { throw refusal(what, text) }
    return reply
  }

  private func ask(_ what: String, _ command: [[UInt8]], until deadline: Deadline) throws(DataSetError) -> RedisReply {
    try stream.beginExchange()
    try stream.write(RedisCommand.bytes(command), until: deadline)
    do throws(DataSetError) {
      let reply = try RedisReply.read(from: stream, until: deadline)
      stream.endExchange()
      return reply
    } catch {
      guard case .unusable(let why) = error else { throw error }
      throw .unusable("\(stream.peer): \(what): \(why)")
    }
  }

  private func check(_ counter: WalkCounter) throws(DataSetError) {
    guard !counter.isOver else { throw .unusable("\(stream.peer): \(allRows): \(RedisReply.tooMuch)") }
  }

  private func refusal(_ what: String, _ text: [UInt8]) -> DataSetError {
    RedisRefusal(text).error(what, peer: stream.peer)
  }

  private func unexpected() -> DataSetError { .temporary("\(stream.peer): the response does not match the command") }
}
