import DKIMCore

/// What a server's answer to a TXT query says.
enum Reply: Sendable, Hashable {
  /// The TXT records, the character-strings of each joined.
  case records([[UInt8]], ReplyFacts)
  /// NXDOMAIN.
  case noSuchName(ReplyFacts)
  /// The name exists without TXT records.
  case noData(ReplyFacts)
  /// The answer ends in a CNAME whose target it does not have.
  case alias(ReplyFacts)
  /// Cut short: to be asked for again over TCP.
  case truncated
  /// The server did not understand the query (FORMERR, NOTIMP, BADVERS); without EDNS it may.
  case notUnderstood(code: UInt8)
  /// An answer that answers nothing.
  case failure(KeyLookupFailure)
}

/// What holds for an answer as a whole.
struct ReplyFacts: Sendable, Hashable {
  /// How long it may be kept, in seconds; 0 where it may not.
  var lifetime: UInt32
  /// The AD bit. // RFC 4035 §3.2.3
  var authenticated: Bool
}
