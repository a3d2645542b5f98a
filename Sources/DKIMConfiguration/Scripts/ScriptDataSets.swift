internal import Synchronization

/// The data sets that scripts open by name. Each is opened once and then used by all messages, until a reload.
package final class ScriptDataSets: Sendable {
  /// The most sets that stay open.
  private static let most = 32

  private struct Key: Hashable {
    let specification: String
    let caseSensitive: Bool
  }

  private let drivers: DataSetDrivers
  private let options: DataSetOptions
  private let sets = Mutex<[Key: any DataSet]>([:])

  package init(_ drivers: DataSetDrivers, _ options: DataSetOptions) {
    self.drivers = drivers
    self.options = options
  }

  /// Returns the set, and opens it if it is not open: a file is read by the caller's thread, once until a reload.
  package func open(_ specification: String, caseSensitive: Bool) async throws(DataSetOpenError) -> any DataSet {
    let key = Key(specification: specification, caseSensitive: caseSensitive)
    if let set = sets.withLock({ $0[key] }) { return set }
    var options = options
    options.caseSensitive = caseSensitive
    let set = try await DataSets.open(specification, location: nil, options: options, drivers: drivers)
    sets.withLock { sets in
      if sets.count >= Self.most { sets.removeAll() }
      sets[key] = set
    }
    return set
  }
}
