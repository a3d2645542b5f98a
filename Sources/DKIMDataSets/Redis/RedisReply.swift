internal import DKIMConfiguration

/// A response of Redis. // RESP, version 2
enum RedisReply: Sendable, Hashable {
  case status([UInt8])
  case error([UInt8])
  case integer([UInt8])
  /// `nil`: the value does not exist.
  case text(String?)
  case list([RedisReply])

  /// Maximum length of a line; bytes.
  private static let longestLine = 4096
  /// Overhead of a list entry in addition to its text; bytes.
  private static let entryCost = 32

  /// Reads a response.
  ///
  /// - Parameter budget: maximum memory for the response and all its parts; bytes.
  static func read(
    from stream: BufferedStream, budget: Int = StoreLimits.largestWalk, until deadline: Deadline
  ) throws(DataSetError) -> RedisReply {
    var budget = budget
    return try read(from: stream, &budget, depth: 0, until: deadline)
  }

  private static func read(
    from stream: BufferedStream, _ budget: inout Int, depth: Int, until deadline: Deadline
  ) throws(DataSetError) -> RedisReply {
    let line = try stream.line(limit: longestLine, until: deadline)
    let rest = line.dropFirst()
    budget -= entryCost + line.count
    switch line.first {
    case UInt8(ascii: "+"): return .status(Array(rest))
    case UInt8(ascii: "-"): return .error(Array(rest))
    case UInt8(ascii: ":"): return .integer(Array(rest))
    case UInt8(ascii: "$"):
      guard let count = try count(rest, stream.peer) else { return .text(nil) }
      guard count <= StoreLimits.longestValue else {
        throw .unusable("a value of \(count) bytes; expected at most \(StoreLimits.longestValue)")
      }
      budget -= count
      guard budget >= 0 else { throw .unusable(tooMuch) }
      let text = try stream.text(count, until: deadline)
      guard try stream.line(limit: 0, until: deadline).isEmpty else { throw garbage(line, stream.peer) }
      return .text(text)
    case UInt8(ascii: "*") where depth < 2:
      var list: [RedisReply] = []
      for _ in 0..<(try count(rest, stream.peer) ?? 0) {
        guard budget >= 0 else { throw .unusable(tooMuch) }
        list.append(try read(from: stream, &budget, depth: depth + 1, until: deadline))
      }
      return .list(list)
    default: throw garbage(line, stream.peer)
    }
  }

  /// Parses a number of bytes or of entries; `nil` for -1.
  private static func count(_ digits: ArraySlice<UInt8>, _ peer: String) throws(DataSetError) -> Int? {
    if digits.elementsEqual("-1".utf8) { return nil }
    guard let count = ServerText.number(digits) else { throw garbage(Array(digits), peer) }
    return count
  }

  /// The error for a response that is too large.
  static let tooMuch = "more than \(StoreLimits.largestWalk >> 20) MiB; expected fewer or shorter rows"

  /// The end of the error for bytes that are not a response of Redis.
  static let notRedis = "is not a Redis response"

  private static func garbage(_ line: [UInt8], _ peer: String) -> DataSetError {
    .temporary("\(peer): \"\(ServerText.shown(line))\" \(notRedis)")
  }
}
