/// The current metrics as text, for ``MetricsEndpoint`` and ``MetricsFile``.
struct MetricsReport: Sendable {
  let resources: ServerResources
  /// The connections from MTAs.
  let connections: ConnectionRegistry

  var text: String {
    let active = resources.current.active
    resources.metrics.update { $0.openConnections = connections.count }
    return resources.metrics.text(
      droppedLogLines: resources.log.droppedLines, dns: active.statistics?(), keyAges: KeyAge.of(active.keyFiles))
  }
}
