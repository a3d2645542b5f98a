/// One query as a ``ScriptedServer`` got it.
public struct ScriptedRequest: Sendable {
  public let octets: [UInt8]
  public let isTCP: Bool
  /// Counts from 1, over both transports.
  public let number: Int
  /// The port the query came from.
  public let sourcePort: Int

  public var id: UInt16 { UInt16(octets[0]) << 8 | UInt16(octets[1]) }

  /// True where an EDNS0 record is there.
  public var isExtended: Bool { octets[11] == 1 }

  /// Name, type and class as sent.
  public var question: [UInt8] { Array(octets[12..<(nameEnd + 4)]) }

  public var name: String {
    var labels: [String] = []
    var next = 12
    while octets[next] != 0 {
      labels.append(String(decoding: octets[(next + 1)...].prefix(Int(octets[next])), as: UTF8.self))
      next += 1 + Int(octets[next])
    }
    return labels.joined(separator: ".")
  }

  private var nameEnd: Int {
    var next = 12
    while octets[next] != 0 { next += 1 + Int(octets[next]) }
    return next + 1
  }

  /// An answer to this query.
  public func message(
    code: UInt16 = 0, _ answers: [Message.Record] = [], authorities: [Message.Record] = [],
    additionals: [Message.Record] = [], flags: UInt16 = 0x8180
  ) -> Message {
    Message(
      id: id, flags: flags | code, question: question, answers: answers, authorities: authorities,
      additionals: additionals)
  }

  /// An answer to this query, as octets.
  public func reply(
    code: UInt16 = 0, _ answers: [Message.Record] = [], authorities: [Message.Record] = [],
    additionals: [Message.Record] = [], flags: UInt16 = 0x8180
  ) -> [UInt8] {
    message(code: code, answers, authorities: authorities, additionals: additionals, flags: flags).octets
  }

  /// An answer with one TXT record.
  public func text(_ text: String, ttl: UInt32 = 300, flags: UInt16 = 0x8180) -> [UInt8] {
    reply([.txt(name, [text], ttl: ttl)], flags: flags)
  }
}

/// What a ``ScriptedServer`` does about a query, one after the other.
public enum ScriptedAction: Sendable {
  /// A message, over the query's own transport.
  case send([UInt8])
  /// Over UDP only: from a socket that was not asked.
  case sendFromElsewhere([UInt8])
  /// Over TCP only: octets as they are, without a length before them.
  case raw([UInt8])
  /// Over TCP only: end of the connection.
  case close
  case pause(milliseconds: Int64)
}

public typealias Script = @Sendable (ScriptedRequest) -> [ScriptedAction]
