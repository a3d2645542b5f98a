import DKIMConfiguration
import NIOCore
import Synchronization
import SystemSupport

/// The part of the server that replaces the configuration while connections are open.
final class Reloader: Sendable {
  private enum State: Sendable, Hashable {
    case idle
    case reloading
    /// Another reload was requested during this one, and follows it.
    case reloadingTwice
  }

  private let state = Mutex(State.idle)
  private let resources: ServerResources
  private let source: ConfigurationSource
  /// The event loops for DNS.
  private let dnsGroup: any EventLoopGroup
  private let thread = ThreadExecutor()

  init(_ resources: ServerResources, source: ConfigurationSource, dnsGroup: any EventLoopGroup) {
    self.resources = resources
    self.source = source
    self.dnsGroup = dnsGroup
  }

  /// Reloads the configuration atomically, and calls `done` afterwards. If a reload is in progress, it is repeated
  /// instead, and only its own `done` is called.
  func reload(_ done: @escaping @Sendable () -> Void) {
    let before = state.withLock { state in
      defer { state = state == .idle ? .reloading : .reloadingTwice }
      return state
    }
    guard before == .idle else { return }
    Task.detached(executorPreference: thread) {
      repeat { await self.load() } while self.mustLoadAgain()
      done()
    }
  }

  private func mustLoadAgain() -> Bool {
    state.withLock { state in
      state = state == .reloadingTwice ? .reloading : .idle
      return state == .reloading
    }
  }

  private func load() async {
    let (log, metrics) = (resources.log, resources.metrics)
    var (configuration, problems) = await source.load(previous: resources.current.active.configuration)
    if let problem = configuration.flatMap({ ReportCommand.problem($0.reports) }) { problems.append(problem) }
    for problem in problems { log.write(problem.severity.logLevel, "\(problem)") }
    let path = source.path ?? "no file"
    guard let configuration, adopt(configuration) else {
      metrics.add(.failedReloads)
      log.write(.error, "configuration not reloaded from \(path): the old one remains in effect")
      return
    }
    metrics.add(.reloads)
    metrics.update { $0.configurationLoaded = WallClock.seconds }
    log.write(.info, "configuration reloaded from \(path)")
  }

  private func adopt(_ configuration: Configuration) -> Bool {
    let previous = resources.current.active
    do throws(StartFailure) {
      let plan = try KeySourcePlan(configuration.dns, previous: previous.plan)
      for problem in plan.problems { resources.log.write(.warning, "\(problem)") }
      resources.current.replace(
        with: ActiveConfiguration(
          configuration, plan: plan, previous: previous, group: dnsGroup, metrics: resources.metrics))
      resources.log.redirect(to: Log.Target(configuration.log, previous.configuration.process))
      return true
    } catch {
      resources.log.write(.error, error.message)
      return false
    }
  }
}
