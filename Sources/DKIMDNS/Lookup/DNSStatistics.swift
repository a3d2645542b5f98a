/// Counts of one ``DNSKeySource`` since its start, as they stood at one moment.
public struct DNSStatistics: Sendable, Hashable {
  /// Calls of `answer`.
  public var questions = 0
  /// Those answered from the cache.
  public var cacheHits = 0
  /// Those that joined an equal question under way.
  public var joined = 0
  /// Queries sent, over UDP and TCP, retransmissions included.
  public var queries = 0
  /// Queries sent because the same or another server had not answered.
  public var retransmissions = 0
  /// TCP connections tried after a truncated answer.
  public var tcpConnections = 0
  /// Messages that came back and fit no question: another id or question, or too short.
  public var droppedReplies = 0

  /// Calls of `answer` that ended with records, and so on: together with those still waiting, `questions`.
  public var records = 0
  public var noSuchNames = 0
  public var noData = 0
  public var timeouts = 0
  public var serverFailures = 0
  public var refusals = 0
  public var otherResponseCodes = 0
  public var malformed = 0
  public var aliasLoops = 0
  public var bogus = 0
  public var unavailable = 0
  public var cancelled = 0

  /// Different questions under way now.
  public var questionsUnderWay = 0
  /// Different questions that wait for a place now.
  public var questionsWaiting = 0
  /// Sockets open now.
  public var openSockets = 0
  /// Answers in the cache now.
  public var cachedAnswers = 0
  /// Octets in the cache now.
  public var cachedOctets = 0

  public init() {}
}
