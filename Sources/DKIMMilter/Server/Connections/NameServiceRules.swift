import DKIMConfiguration
import DKIMDNS

/// Which name servers are asked, settled while `/etc/resolv.conf` can be read.
struct NameServiceRules: Sendable {
  let servers: [NameServer]
  /// What is wrong with what was found.
  let problem: String?

  /// - Parameter previous: stands in where the system's list is out of reach. (In another root directory)
  init(_ rules: DNSRules, previous: NameServiceRules?) {
    if !rules.nameservers.isEmpty {
      servers = rules.nameservers.compactMap { try? NameServer($0) }
      problem = nil
      return
    }
    do throws(ResolvConfError) {
      servers = try DNSConfiguration.resolvConf().servers
      problem = nil
    } catch {
      servers = previous?.servers ?? []
      problem = previous == nil ? "\(error)" : nil
    }
  }

  func configuration(_ rules: DNSRules) -> DNSConfiguration {
    var configuration = DNSConfiguration(servers: servers)
    // 0 is "for ever"; a day is as long as there may be.
    configuration.timeout = .seconds(rules.timeout == 0 ? 86_400 : min(rules.timeout, 86_400))
    let trusted = Set(rules.trustedNameservers.compactMap { try? NameServer($0) })
    if !servers.isEmpty, servers.allSatisfy({ $0.isLoopback || trusted.contains($0) }) {
      configuration.trustAuthenticatedData = .always
    }
    return configuration
  }
}
