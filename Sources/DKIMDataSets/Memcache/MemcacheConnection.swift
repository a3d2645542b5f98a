internal import DKIMConfiguration

/// A connection to a memcached server, using its text protocol.
final class MemcacheConnection: StoreConnection {
  private let stream: BufferedStream
  private let prefix: String

  /// Maximum length of a response line; bytes.
  private static let longestLine = 2048

  /// Connects, and looks up a key, which every server and every proxy supports.
  init(to endpoint: Endpoint, prefix: String, until deadline: Deadline) throws(DataSetError) {
    stream = BufferedStream(try endpoint.connect(until: deadline))
    self.prefix = prefix
    if let key = MemcacheKey("", prefix: prefix) { _ = try value(of: key, until: deadline) }
  }

  func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
    guard let name = MemcacheKey(key, prefix: prefix), let value = try value(of: name, until: deadline) else {
      return nil
    }
    return DataSetRow(key: key, value: .text(value), location: nil)
  }

  private func value(of key: MemcacheKey, until deadline: Deadline) throws(DataSetError) -> String? {
    try stream.beginExchange()
    try stream.write(Array("get ".utf8) + key.bytes + [0x0D, 0x0A], until: deadline)
    let line = try stream.line(limit: Self.longestLine, until: deadline)
    if line.elementsEqual("END".utf8) {
      stream.endExchange()
      return nil
    }
    let count = try count(in: line, for: key)
    guard count <= StoreLimits.longestValue else {
      throw .unusable(
        "\(stream.peer): the value of \"\(ServerText.shown(key.bytes))\" has \(count) bytes; "
          + "expected at most \(StoreLimits.longestValue)")
    }
    let value = try stream.text(count, until: deadline)
    guard try stream.line(limit: Self.longestLine, until: deadline).isEmpty,
      try stream.line(limit: Self.longestLine, until: deadline).elementsEqual("END".utf8)
    else { throw .temporary("\(stream.peer): the response has no END after the value") }
    stream.endExchange()
    return value
  }

  /// Parses the number of bytes in `VALUE KEY FLAGS COUNT`.
  private func count(in line: [UInt8], for key: MemcacheKey) throws(DataSetError) -> Int {
    let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
    if words.count >= 4, words[0].elementsEqual("VALUE".utf8), words[1].elementsEqual(key.bytes),
      let count = ServerText.number(words[3])
    {
      return count
    }
    let answer = ServerText.shown(line)
    if answer.hasPrefix("CLIENT_ERROR unauthenticated") {
      throw .unusable("\(stream.peer): the server requires a login, which memcache: cannot do; run it without -Y")
    }
    if answer.hasPrefix("SERVER_ERROR") { throw .temporary("\(stream.peer): the server reports \"\(answer)\"") }
    throw .temporary("\(stream.peer): \"\(answer)\" is not a memcached response; expected VALUE or END")
  }
}
