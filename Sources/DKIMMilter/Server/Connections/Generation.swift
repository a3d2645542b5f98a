import DKIMConfiguration
import DKIMCore
import DKIMDNS
import Glibc
import NIOCore

/// One configuration with what was made of it. Connections keep the one they began with.
final class Generation: Sendable {
  let configuration: Configuration
  let filter: Filter
  let wishes: FilterWishes
  let names: NameServiceRules
  /// Where key records come from, counted and timed.
  let keys: any PublicKeySource
  /// `nil` where keys come from elsewhere. (`TestPublicKeys`, `TestDNSData`)
  let dns: DNSKeySource?

  /// - Parameter previous: its name service goes on where nothing about it has changed, with what it remembers.
  init(
    _ configuration: Configuration, names: NameServiceRules, previous: Generation?, group: any EventLoopGroup,
    metrics: MilterMetrics
  ) throws(StartFailure) {
    self.configuration = configuration
    filter = Filter(configuration, hostName: Self.hostName)
    wishes = FilterWishes(filter)
    self.names = names
    let rules = configuration.dns
    let source: any PublicKeySource
    var dns: DNSKeySource?
    if let path = rules.testPublicKeys {
      do throws(KeyFileError) {
        source = try KeyFileSource(path: path)
      } catch {
        throw StartFailure(.configuration, "TestPublicKeys: \(error)")
      }
    } else if let set = rules.testDNSData {
      source = DataSetKeySource(set: set)
    } else if let previous, let same = previous.dns, previous.hasSameNameService(rules, names) {
      dns = same
      source = same
    } else {
      let new = DNSKeySource(configuration: names.configuration(rules), group: group)
      dns = new
      source = new
    }
    self.dns = dns
    keys = MeasuredKeySource(source: source, metrics: metrics)
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func hasSameNameService(_ rules: DNSRules, _ names: NameServiceRules) -> Bool {
    let old = configuration.dns
    return self.names.servers == names.servers && old.timeout == rules.timeout
      && old.trustedNameservers == rules.trustedNameservers
  }
}
