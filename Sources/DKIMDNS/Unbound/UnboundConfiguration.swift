/// How libunbound resolves and validates. (Needs the package trait `Unbound`.)
public struct UnboundConfiguration: Sendable {
  /// Resolvers that are asked; libunbound asks the authoritative servers itself where there is none.
  public var servers: [NameServer]
  /// A file of DNSKEY or DS records, such as Debian's `/usr/share/dns/root.key`. Without one nothing is validated.
  public var trustAnchorFile: String?
  /// A file of unbound.conf(5), for `ResolverConfiguration`.
  public var configurationFile: String?
  /// How long one question may take.
  public var timeout: Duration = .seconds(5)
  /// Questions under way at one time; as many more wait for a place until ``timeout`` is over. A quarter of the
  /// descriptors that the process may open is the limit, too.
  public var maximumQuestions = 4096

  public init(servers: [NameServer] = []) {
    self.servers = servers
  }

  /// ``maximumQuestions``, as far as there are descriptors for them.
  var boundedQuestions: Int { DescriptorLimit.questions(maximumQuestions) }
}

/// Why libunbound could not be set up.
public struct UnboundError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was to be done, such as `reading the trust anchor /etc/anchor`.
  public let step: String
  /// libunbound's word for what went wrong.
  public let reason: String
  /// What it said besides, at most a few lines.
  public let details: String

  public var description: String { "\(step): \(reason)" + (details.isEmpty ? "" : " (\(details))") }
}
