import DKIMCore

/// The content of a server's response to a TXT query.
enum Reply: Sendable, Hashable {
  /// The TXT records, with the character-strings of each concatenated.
  case records([[UInt8]], ReplyMetadata)
  /// NXDOMAIN.
  case noSuchName(ReplyMetadata)
  /// The name exists without TXT records.
  case noData(ReplyMetadata)
  /// The response ends in a CNAME whose target it does not contain.
  case alias(ReplyMetadata)
  /// The response is truncated; the query must be repeated over TCP.
  case truncated
  /// The server did not understand the query (FORMERR, NOTIMP, BADVERS); it may understand one without EDNS.
  case notUnderstood(code: UInt8)
  /// The response contains no usable answer.
  case failure(KeyLookupFailure)
}

/// Properties of a response as a whole.
struct ReplyMetadata: Sendable, Hashable {
  /// How long the answer may be cached, in seconds; 0 if it may not be cached.
  var lifetime: UInt32
  /// The AD bit. // RFC 4035 §3.2.3
  var authenticated: Bool
}
