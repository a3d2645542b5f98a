import DKIMConfiguration
import DKIMCore
import DKIMDNS
import NIOCore
import SystemSupport

/// A loaded configuration and the objects created from it. Connections keep the one they began with.
final class ActiveConfiguration: Sendable {
  let configuration: Configuration
  let policy: MailPolicy
  let requirements: FilterRequirements
  let plan: KeySourcePlan
  /// The source of key records, with metrics.
  let keys: MeasuredKeySource
  private let source: any PublicKeySource
  /// Paths of private key files, for metrics.
  let keyFiles: [String]
  /// The counters of the DNS client; `nil` if keys are not looked up in DNS.
  let statistics: (@Sendable () -> DNSStatistics)?

  /// - Parameter previous: the previous configuration. Its DNS client, with its cache, is kept if its settings are
  ///   unchanged.
  init(
    _ configuration: Configuration, plan: KeySourcePlan, previous: ActiveConfiguration?, group: any EventLoopGroup,
    metrics: MilterMetrics
  ) {
    self.configuration = configuration
    self.plan = plan
    policy = MailPolicy(
      configuration, hostName: HostName.own, rates: previous?.policy.rates ?? RateCounters())
    requirements = FilterRequirements(policy)
    keyFiles = configuration.keyFiles
    if let previous, !plan.signature.isFixed, previous.plan.signature == plan.signature {
      (source, statistics) = (previous.source, previous.statistics)
    } else {
      (source, statistics) = plan.source.open(group)
    }
    keys = MeasuredKeySource(source: source, metrics: metrics)
  }
}
