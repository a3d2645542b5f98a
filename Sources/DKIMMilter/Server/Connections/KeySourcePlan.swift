import DKIMConfiguration
import DKIMCore
import DKIMDNS
import Glibc
import NIOCore

/// The source of key records, prepared while files can be read: as root, and before changing the root directory.
struct KeySourcePlan: Sendable {
  enum Source: Sendable {
    /// `TestPublicKeys`, `TestDNSData`
    case fixed(any PublicKeySource)
    /// DNS servers, queried over the network.
    case servers(DNSConfiguration)
    #if Unbound
      case unbound(UnboundKeySource)
    #endif
  }

  let source: Source
  /// Everything the DNS client depends on; it is kept, with its cache, if this does not change.
  let signature: Signature
  /// Problems to report to the administrator.
  let problems: [ConfigurationProblem]

  struct Signature: Sendable, Hashable {
    var servers: [NameServer] = []
    var timeout = 0
    var alwaysUsesTCP = false
    var trusted: [NameServerAddress] = []
    /// Paths with their modification times.
    var files: [String] = []
    var isFixed = false
  }

  /// - Parameter previous: the previous plan, whose servers are used if the system's list cannot be read, for example
  ///   in another root directory.
  init(_ rules: DNSRules, previous: KeySourcePlan?) throws(StartFailure) {
    var signature = Signature(
      timeout: rules.timeout, alwaysUsesTCP: rules.alwaysUsesTCP, trusted: rules.trustedNameservers)
    signature.files = [rules.trustAnchorFile, rules.resolverConfiguration].compactMap { $0.map(Self.version) }
    var problems: [ConfigurationProblem] = []
    if let fixed = try Self.fixed(rules, &problems) {
      signature.isFixed = true
      source = .fixed(fixed)
    } else if let unbound = try Self.unbound(rules, signature, previous) {
      source = unbound
    } else {
      signature.servers = Self.servers(rules, previous, &problems)
      source = .servers(Self.configuration(rules, signature.servers))
    }
    self.signature = signature
    self.problems = problems
  }

  private static func fixed(
    _ rules: DNSRules, _ problems: inout [ConfigurationProblem]
  ) throws(StartFailure) -> (any PublicKeySource)? {
    if let set = rules.testDNSData { return DataSetKeySource(set: set) }
    guard let path = rules.testPublicKeys else { return nil }
    do throws(KeyFileError) {
      let source = try KeyFileSource(path: path)
      problems += warnings(about: source.skippedRows)
      return source
    } catch {
      throw StartFailure(.configuration, "\(Setting.testPublicKeys.name): \(error)")
    }
  }

  /// Returns warnings for at most ten rows, and one with the number of the others.
  private static func warnings(about skipped: [KeyFileError]) -> [ConfigurationProblem] {
    var warnings = skipped.prefix(10).compactMap { row -> ConfigurationProblem? in
      guard case .line(let path, let line, let found, let expected) = row else { return nil }
      return ConfigurationProblem(
        .warning, at: FileLocation(file: path, line: line), "row skipped: found \(found), expected \(expected)")
    }
    if skipped.count > warnings.count {
      warnings.append(
        ConfigurationProblem(
          .warning, at: nil,
          "\(Setting.testPublicKeys.name): \(skipped.count - warnings.count) more rows skipped, for similar reasons")
      )
    }
    return warnings
  }

  private static func servers(
    _ rules: DNSRules, _ previous: KeySourcePlan?, _ problems: inout [ConfigurationProblem]
  ) -> [NameServer] {
    if !rules.nameservers.isEmpty { return rules.nameservers.map { NameServer($0) } }
    do throws(ResolvConfError) {
      return try DNSConfiguration.resolvConf().servers
    } catch {
      if previous == nil { problems.append(ConfigurationProblem(.warning, at: nil, "name servers: \(error)")) }
      return previous?.signature.servers ?? []
    }
  }

  private static func configuration(
    _ rules: DNSRules, _ servers: [NameServer]
  ) -> DNSConfiguration {
    var configuration = DNSConfiguration(servers: servers)
    configuration.timeout = timeout(rules)
    configuration.alwaysUsesTCP = rules.alwaysUsesTCP
    let trusted = Set(rules.trustedNameservers.map { NameServer($0) })
    if !servers.isEmpty, servers.allSatisfy({ $0.isLoopback || trusted.contains($0) }) {
      configuration.trustAuthenticatedData = .always
    }
    return configuration
  }

  /// The timeout, at most a day; 0 would mean no limit, and is a day, too.
  private static func timeout(_ rules: DNSRules) -> Duration {
    .seconds(rules.timeout <= 0 ? 86_400 : min(rules.timeout, 86_400))
  }

  private static func version(of path: String) -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return path }
    return "\(path) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  #if Unbound
    private static func unbound(
      _ rules: DNSRules, _ signature: Signature, _ previous: KeySourcePlan?
    ) throws(StartFailure) -> Source? {
      guard rules.trustAnchorFile != nil || rules.resolverConfiguration != nil else { return nil }
      if let previous, previous.signature == signature, case .unbound = previous.source { return previous.source }
      var configuration = UnboundConfiguration(servers: rules.nameservers.map { NameServer($0) })
      configuration.trustAnchorFile = rules.trustAnchorFile
      configuration.configurationFile = rules.resolverConfiguration
      configuration.timeout = timeout(rules)
      configuration.alwaysUsesTCP = rules.alwaysUsesTCP
      do throws(UnboundError) {
        return .unbound(try UnboundKeySource(configuration: configuration))
      } catch {
        throw StartFailure(.configuration, "libunbound: \(error)")
      }
    }
  #else
    private static func unbound(
      _ rules: DNSRules, _ signature: Signature, _ previous: KeySourcePlan?
    ) throws(StartFailure) -> Source? { nil }
  #endif
}

extension NameServer {
  fileprivate init(_ server: NameServerAddress) {
    self.init(address: server.address, bytes: server.ip.bytes, scope: server.interface, port: server.port)
  }
}

extension KeySourcePlan.Source {
  /// Opens the source. `statistics` returns the counters of the DNS client; it is `nil` if keys are not looked up in
  /// DNS.
  func open(
    _ group: any EventLoopGroup
  ) -> (keys: any PublicKeySource, statistics: (@Sendable () -> DNSStatistics)?) {
    switch self {
    case .fixed(let fixed): return (fixed, nil)
    case .servers(let configuration):
      let dns = DNSKeySource(configuration: configuration, group: group)
      return (dns, { dns.statistics })
    #if Unbound
      case .unbound(let unbound): return (unbound, { unbound.statistics })
    #endif
    }
  }
}
