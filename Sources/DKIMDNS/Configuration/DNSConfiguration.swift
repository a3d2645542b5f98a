public import Logging

/// The configuration of DNS lookups of keys.
public struct DNSConfiguration: Sendable {
  /// The servers whose AD bit is trusted. // RFC 4035 §4.9.3
  public enum AuthenticatedDataTrust: Sendable, Hashable {
    /// Only servers on 127.0.0.0/8 and ::1, because no network lies between.
    case loopback
    /// All servers, because the path to them is protected by other means.
    case always
    /// No server.
    case never
  }

  /// The servers, in the order in which they are queried.
  public var servers: [NameServer]
  /// The maximum duration of one lookup, including CNAMEs and TCP; more than zero, at most a day.
  public var timeout: Duration = .seconds(5)
  /// How long to wait for one server before the next query.
  ///
  /// The next query goes to the same server or another one. The wait is shorter if `timeout` would not leave enough
  /// time for `attempts` queries to each server; the last query may use all the remaining time.
  public var attemptTimeout: Duration = .milliseconds(1500)
  /// The maximum number of queries to each server; at least 1.
  public var attempts = 2
  /// Whether every query is sent over TCP. Otherwise, queries are sent over UDP, and over TCP only if a response is
  /// truncated.
  public var alwaysUsesTCP = false
  /// Whether each lookup begins with another server.
  public var rotatesServers = false
  /// The servers whose AD bit is trusted.
  public var trustAuthenticatedData = AuthenticatedDataTrust.loopback
  /// The maximum number of concurrent lookups of different names.
  ///
  /// The same number of lookups can be queued; each fails when ``timeout`` expires. Each running lookup uses one
  /// socket, so the number is also limited to a quarter of the file descriptors that the process may open.
  public var maximumConcurrentQueries = 4096
  /// The limits of the cache.
  public var cache = CacheLimits()
  /// The logger for time-outs and failures; nothing is logged by default.
  ///
  /// A lookup that failed is logged at the level `info`, and a server that did not respond in time at `debug`. Anyone who
  /// sends mail can cause such entries.
  public var logger: Logger?

  /// Limits of the cache.
  public struct CacheLimits: Sendable, Hashable {
    /// The maximum number of cached answers; 0 turns the cache off.
    public var entries = 10_000
    /// The maximum size of cached names and records, in bytes.
    public var bytes = 16 * 1024 * 1024
    /// The maximum time to cache records, whatever their TTL.
    public var lifetime: Duration = .seconds(86_400)
    /// The maximum time to cache that a name or its records do not exist. // RFC 2308 §5
    public var negativeLifetime: Duration = .seconds(3600)

    /// Creates the default limits: 10,000 answers and 16 MiB.
    public init() {}
  }

  /// Creates a configuration with the default limits; without servers, every lookup fails.
  public init(servers: [NameServer]) {
    self.servers = servers
  }
}

extension DNSConfiguration {
  /// The values used for timers, limited so that no configured number makes them overflow.
  var boundedTimeout: Duration { min(max(timeout, .milliseconds(1)), .seconds(86_400)) }
  var boundedAttemptTimeout: Duration { min(max(attemptTimeout, .milliseconds(1)), .seconds(86_400)) }

  /// ``maximumConcurrentQueries``, limited by the number of file descriptors.
  var boundedQueries: Int { DescriptorLimit.lookups(maximumConcurrentQueries) }

  /// ``attempts``, limited to 1 to 100.
  var boundedAttempts: Int { min(max(attempts, 1), 100) }

  /// Returns the time to wait for one server so that ``boundedAttempts`` queries to each of `servers` fit into `time`.
  func tryTime(within time: Duration) -> Duration {
    min(boundedAttemptTimeout, time / (max(1, servers.count) * boundedAttempts))
  }

  /// The interval between timeout checks of running lookups: an eighth of the wait for one server, 1 to 25 ms.
  var tickTime: Duration { min(max(tryTime(within: boundedTimeout) / 8, .milliseconds(1)), .milliseconds(25)) }

  /// ``boundedTimeout`` in seconds, rounded up.
  var wholeSeconds: Int {
    let (seconds, attoseconds) = boundedTimeout.components
    return Int(seconds) + (attoseconds > 0 ? 1 : 0)
  }
}
