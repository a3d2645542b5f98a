/// The configuration of libunbound. (Requires the package trait `Unbound`.)
public struct UnboundConfiguration: Sendable {
  /// The resolvers to query. If there are none, libunbound queries the authoritative servers itself.
  public var servers: [NameServer]
  /// A file with DNSKEY or DS records, such as Debian's `/usr/share/dns/root.key`. Without it, nothing is validated.
  public var trustAnchorFile: String?
  /// A file in the format of unbound.conf(5), for the setting `ResolverConfiguration`.
  public var configurationFile: String?
  /// Whether every query is sent over TCP.
  public var alwaysUsesTCP = false
  /// The maximum duration of one lookup.
  public var timeout: Duration = .seconds(5)
  /// The maximum number of concurrent lookups.
  ///
  /// The same number of lookups can be queued; each fails when ``timeout`` expires. The number is also limited to a
  /// quarter of the file descriptors that the process may open.
  public var maximumConcurrentQueries = 4096

  /// Creates a configuration without a trust anchor.
  public init(servers: [NameServer] = []) {
    self.servers = servers
  }

  /// ``maximumConcurrentQueries``, limited by the number of file descriptors.
  var boundedQueries: Int { DescriptorLimit.lookups(maximumConcurrentQueries) }
}

/// The reason why libunbound could not be set up.
public struct UnboundError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The step that failed, such as `reading the trust anchor /etc/anchor`.
  public let step: String
  /// libunbound's error text.
  public let reason: String
  /// Further output of libunbound, at most a few lines.
  public let details: String

  /// The step, the reason and the details as one line.
  public var description: String { "\(step): \(reason)" + (details.isEmpty ? "" : " (\(details))") }
}
