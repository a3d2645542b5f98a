/// One query, as received by a ``ScriptedServer``.
public struct ScriptedRequest: Sendable {
  public let bytes: [UInt8]
  public let isTCP: Bool
  /// The number of the query on both transports, starting at 1.
  public let number: Int
  /// The source port of the query.
  public let sourcePort: Int

  public var id: UInt16 { UInt16(bytes[0]) << 8 | UInt16(bytes[1]) }

  /// Whether the query has an EDNS0 record.
  public var isExtended: Bool { bytes[11] == 1 }

  /// Name, type and class as sent.
  public var question: [UInt8] { Array(bytes[12..<(nameEnd + 4)]) }

  public var name: String {
    var labels: [String] = []
    var next = 12
    while bytes[next] != 0 {
      labels.append(String(decoding: bytes[(next + 1)...].prefix(Int(bytes[next])), as: UTF8.self))
      next += 1 + Int(bytes[next])
    }
    return labels.joined(separator: ".")
  }

  private var nameEnd: Int {
    var next = 12
    while bytes[next] != 0 { next += 1 + Int(bytes[next]) }
    return next + 1
  }

  /// Creates a response to this query.
  public func message(
    code: UInt16 = 0, _ answers: [Message.Record] = [], authorities: [Message.Record] = [],
    additionals: [Message.Record] = [], flags: UInt16 = 0x8180
  ) -> Message {
    Message(
      id: id, flags: flags | code, question: question, answers: answers, authorities: authorities,
      additionals: additionals)
  }

  /// Creates a response to this query, as bytes.
  public func reply(
    code: UInt16 = 0, _ answers: [Message.Record] = [], authorities: [Message.Record] = [],
    additionals: [Message.Record] = [], flags: UInt16 = 0x8180
  ) -> [UInt8] {
    message(code: code, answers, authorities: authorities, additionals: additionals, flags: flags).bytes
  }

  /// Creates a response with one TXT record.
  public func text(_ text: String, ttl: UInt32 = 300, flags: UInt16 = 0x8180) -> [UInt8] {
    reply([.txt(name, [text], ttl: ttl)], flags: flags)
  }
}

/// An action of a ``ScriptedServer`` for a query; actions are executed one after another.
public enum ScriptedAction: Sendable {
  /// Send a message over the query's transport.
  case send([UInt8])
  /// Only over UDP: send from another socket than the one that received the query.
  case sendFromElsewhere([UInt8])
  /// Only over TCP: send bytes without adding a length.
  case raw([UInt8])
  /// Only over TCP: close the connection.
  case close
  case pause(milliseconds: Int64)
}

public typealias Script = @Sendable (ScriptedRequest) -> [ScriptedAction]
