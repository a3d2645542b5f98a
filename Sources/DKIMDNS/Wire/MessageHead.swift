internal import DKIMCore

/// The 12-byte header of a DNS message and the question that follows it, read without ldns: only messages that match
/// one of our queries reach ldns's parser. // RFC 1035 §4.1.1
struct MessageHead: Sendable {
  static let length = 12

  /// The relation of a received message to one of our queries.
  enum Fit: Sendable, Hashable {
    /// ID and question match the query.
    case answer
    /// The ID matches, there is no question, and the response code means that the query was not understood.
    case notUnderstood(code: UInt8)
    /// Anything else: too short, another ID, another question, or not a response.
    case stray
  }

  /// Returns the relation of `message` to `query`. // RFC 5452 §9.1
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

  /// Returns the TC bit: whether the sender truncated the message. // RFC 1035 §4.1.1
  static func isTruncated(_ message: Span<UInt8>) -> Bool { message.count >= length && message[2] & 0x02 != 0 }

  /// Returns whether the code is FORMERR or NOTIMP, the responses of servers without EDNS support. // RFC 6891 §7
  static func isNotUnderstood(_ responseCode: UInt8) -> Bool { responseCode == 1 || responseCode == 4 }

  private static func repeats(_ question: [UInt8], in message: Span<UInt8>) -> Bool {
    guard message.count - length >= question.count else { return false }
    for index in question.indices
    where ASCII.lowercased(message[length + index]) != ASCII.lowercased(question[index]) {
      return false
    }
    return true
  }

  private static func pair(_ message: Span<UInt8>, _ index: Int) -> UInt16 {
    UInt16(message[index]) << 8 | UInt16(message[index + 1])
  }
}
