/// How keys are looked up in DNS.
public struct DNSConfiguration: Sendable {
  /// From which servers the AD bit is believed. // RFC 4035 §4.9.3
  public enum AuthenticatedDataTrust: Sendable, Hashable {
    /// From servers on 127.0.0.0/8 and ::1: nobody stands between.
    case loopback
    /// From every server: the path to them is protected by other means.
    case always
    /// From none.
    case never
  }

  /// The servers, in the order in which they are asked.
  public var servers: [NameServer]
  /// How long one look-up takes at most, its CNAMEs and its TCP included. More than zero, at most a day.
  public var timeout: Duration = .seconds(5)
  /// How long one server is waited for before it, or the next one, is asked. Shortened where `timeout` would not
  /// leave time for `attempts` at each server; the last try has all the time that is left.
  public var tryTimeout: Duration = .milliseconds(1500)
  /// How often each server is asked; at least 1.
  public var attempts = 2
  /// Begin with another server at each question.
  public var rotatesServers = false
  /// From which servers the AD bit is believed.
  public var trustAuthenticatedData = AuthenticatedDataTrust.loopback
  /// How many different questions may be under way; as many more wait for a place until ``timeout`` is over. Each
  /// question under way holds one socket, so a quarter of the descriptors that the process may open is the limit, too.
  public var maximumQuestions = 4096
  /// What is kept of the answers, and for how long.
  public var cache = CacheLimits()

  /// Bounds of the cache.
  public struct CacheLimits: Sendable, Hashable {
    /// How many answers are kept; 0 turns the cache off.
    public var entries = 10_000
    /// How many octets of names and records are kept.
    public var octets = 16 * 1024 * 1024
    /// How long records are kept at most, whatever their TTL.
    public var lifetime: Duration = .seconds(86_400)
    /// How long it is kept at most that there is no name or no record. // RFC 2308 §5
    public var negativeLifetime: Duration = .seconds(3600)

    public init() {}
  }

  public init(servers: [NameServer]) {
    self.servers = servers
  }
}

extension DNSConfiguration {
  /// What the timers get: no user's number makes them overflow.
  var boundedTimeout: Duration { min(max(timeout, .milliseconds(1)), .seconds(86_400)) }
  var boundedTryTimeout: Duration { min(max(tryTimeout, .milliseconds(1)), .seconds(86_400)) }

  /// ``maximumQuestions``, as far as there are descriptors for them.
  var boundedQuestions: Int { DescriptorLimit.questions(maximumQuestions) }

  /// How often each server is asked, within reason.
  var boundedAttempts: Int { min(max(attempts, 1), 100) }

  /// One server's time where each of `servers` is to be asked ``boundedAttempts`` times within `time`.
  func tryTime(within time: Duration) -> Duration {
    min(boundedTryTimeout, time / (max(1, servers.count) * boundedAttempts))
  }

  /// How often the time of the questions under way is looked at: an eighth of a try, 1 to 25 ms.
  var tickTime: Duration { min(max(tryTime(within: boundedTimeout) / 8, .milliseconds(1)), .milliseconds(25)) }

  /// ``boundedTimeout`` in seconds, rounded up.
  var wholeSeconds: Int {
    let (seconds, attoseconds) = boundedTimeout.components
    return Int(seconds) + (attoseconds > 0 ? 1 : 0)
  }
}
