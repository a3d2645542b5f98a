/// The twelve octets every DNS message begins with, and the question behind them, read without ldns:
/// only what answers a question of ours comes near the parser. // RFC 1035 §4.1.1
struct MessageHead: Sendable {
  static let length = 12

  /// What a message from the network is to a query of ours.
  enum Fit: Sendable, Hashable {
    /// Id and question are the query's.
    case answer
    /// The query's id, no question, and the word that the query was not understood.
    case notUnderstood(code: UInt8)
    /// Something else: too short, another id, another question, or a query.
    case stray
  }

  /// Where `message` stands to `query`. // RFC 5452 §9.1
  static func fit(_ message: Span<UInt8>, to query: Query) -> Fit {
    guard message.count >= length, pair(message, 0) == query.id else { return .stray }
    let isResponse = message[2] & 0x80 != 0
    let isStandardQuery = message[2] & 0x78 == 0
    guard isResponse, isStandardQuery else { return .stray }
    let questions = pair(message, 4)
    let code = message[3] & 0x0F
    if questions == 0 { return isNotUnderstood(code) ? .notUnderstood(code: code) : .stray }
    guard questions == 1, repeats(query.question, in: message) else { return .stray }
    return .answer
  }

  /// TC: the sender cut the message short. // RFC 1035 §4.1.1
  static func isTruncated(_ message: Span<UInt8>) -> Bool { message.count >= length && message[2] & 0x02 != 0 }

  /// FORMERR and NOTIMP: what servers say that know no EDNS. // RFC 6891 §7
  static func isNotUnderstood(_ responseCode: UInt8) -> Bool { responseCode == 1 || responseCode == 4 }

  private static func repeats(_ question: [UInt8], in message: Span<UInt8>) -> Bool {
    guard message.count - length >= question.count else { return false }
    for index in question.indices
    where WireName.folded(message[length + index]) != WireName.folded(question[index]) {
      return false
    }
    return true
  }

  private static func pair(_ message: Span<UInt8>, _ index: Int) -> UInt16 {
    UInt16(message[index]) << 8 | UInt16(message[index + 1])
  }
}
