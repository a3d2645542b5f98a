/// The counts of one ``DNSKeySource`` since its start: a snapshot.
public struct DNSStatistics: Sendable, Hashable {
  /// Lookups: calls of `answer`.
  public var questions = 0
  /// Lookups answered from the cache.
  public var cacheHits = 0
  /// Lookups that joined a running lookup of the same name.
  public var joined = 0
  /// Queries sent over UDP and TCP, including retransmissions.
  public var queries = 0
  /// Queries sent because the same or another server had not responded.
  public var retransmissions = 0
  /// TCP connections attempted after a truncated response.
  public var tcpConnections = 0
  /// Received messages that match no query: too short, or with another ID or question.
  public var droppedReplies = 0

  /// Lookups that ended with records.
  ///
  /// The sum of this count, the following ones up to `cancelled` and the lookups that are still waiting is `questions`.
  public var records = 0
  /// Lookups of names that do not exist.
  public var noSuchNames = 0
  /// Lookups of names that exist and have no TXT records.
  public var noData = 0
  /// Lookups without a response within the time limit.
  public var timeouts = 0
  /// Lookups that ended with SERVFAIL.
  public var serverFailures = 0
  /// Lookups that ended with REFUSED.
  public var refusals = 0
  /// Lookups that ended with another response code that reports an error.
  public var otherResponseCodes = 0
  /// Lookups that ended with a malformed response.
  public var malformed = 0
  /// Lookups that ended with a CNAME loop or a chain that is too long.
  public var aliasLoops = 0
  /// Lookups for which DNSSEC validation failed; counted only for `UnboundKeySource`.
  public var bogus = 0
  /// Lookups that could not be made: no server was reachable, the limits were reached, or the source is shut down.
  public var unavailable = 0
  /// Lookups that their callers canceled.
  public var cancelled = 0

  /// Names that are currently being looked up.
  public var questionsUnderWay = 0
  /// Names that are currently queued for a lookup.
  public var questionsWaiting = 0
  /// Sockets that are currently open.
  public var openSockets = 0
  /// Answers that are currently cached.
  public var cachedAnswers = 0
  /// The current size of the cache in bytes.
  public var cachedBytes = 0

  /// Creates counts of zero.
  public init() {}
}
