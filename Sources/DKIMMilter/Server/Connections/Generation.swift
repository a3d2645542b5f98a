import DKIMConfiguration
import DKIMCore
import DKIMDNS
import NIOCore

/// A loaded configuration and the objects created from it. Connections keep the one they began with.
final class Generation: Sendable {
  let configuration: Configuration
  let filter: Filter
  let wishes: FilterWishes
  let plan: KeySourcePlan
  /// The source of key records, with metrics.
  let keys: MeasuredKeySource
  private let source: any PublicKeySource
  /// Paths of private key files, for metrics.
  let keyFiles: [String]
  /// The counters of the DNS client; `nil` if keys are not looked up in DNS.
  let statistics: (@Sendable () -> DNSStatistics)?

  /// - Parameter previous: the previous generation. Its DNS client, with its cache, is kept if its settings are
  ///   unchanged.
  init(
    _ configuration: Configuration, plan: KeySourcePlan, previous: Generation?, group: any EventLoopGroup,
    metrics: MilterMetrics
  ) {
    self.configuration = configuration
    self.plan = plan
    filter = Filter(configuration, hostName: HostName.own)
    wishes = FilterWishes(filter)
    keyFiles = configuration.keyFiles
    if let previous, !plan.signature.isFixed, previous.plan.signature == plan.signature {
      (source, statistics) = (previous.source, previous.statistics)
    } else {
      (source, statistics) = plan.source.open(group)
    }
    keys = MeasuredKeySource(source: source, metrics: metrics)
  }
}
