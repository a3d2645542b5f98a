import DKIMConfiguration
import DKIMCore
import DKIMDNS
import NIOCore

/// One configuration with what was made of it. Connections keep the one they began with.
final class Generation: Sendable {
  let configuration: Configuration
  let filter: Filter
  let wishes: FilterWishes
  let plan: KeySourcePlan
  /// Where key records come from, counted and timed.
  let keys: MeasuredKeySource
  private let source: any PublicKeySource
  /// Files of private keys, for statistics.
  let keyFiles: [String]
  /// What the name service has counted; `nil` where there is none.
  let statistics: (@Sendable () -> DNSStatistics)?

  /// - Parameter previous: its name service goes on where nothing about it has changed, with what it remembers.
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
