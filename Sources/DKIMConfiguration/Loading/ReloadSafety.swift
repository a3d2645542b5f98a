/// Detects an empty or truncated configuration, caused by a full disk, for example. It must not silently turn off the
/// filter or signing.
extension ConfigurationDraft {
  /// Reports settings and rows that seem to have been lost.
  ///
  /// - Parameter previous: the current configuration, at a reload.
  mutating func checkReloadSafety(since previous: Configuration?) {
    checkKeys(since: previous)
    guard configuration.process.socket == nil, previous?.process.socket != nil else { return }
    problems.add(
      ConfigurationProblem(
        .error, at: nil, "the new configuration has no Socket: is the file empty or truncated?",
        fix: "add the Socket line again"))
  }

  private mutating func checkKeys(since previous: Configuration?) {
    guard configuration.roles.contains(.sign) else { return }
    let before = previous?.signingSets ?? [:]
    for (name, set) in configuration.signingSets.sorted(by: { $0.key < $1.key }) where set.isKnownEmpty {
      // An empty table is a loss only if it had rows before.
      let hadRows = before[name].map { !$0.isKnownEmpty } ?? false
      complain(
        hadRows ? .error : .warning, about: name,
        hadRows
          ? "\(name) no longer has any rows: is the file truncated?"
          : "\(name) has no rows, so no mail is signed based on it",
        fix: "add rows to \(set.specification), or set Mode v if no mail should be signed")
    }
    // If there are other errors, they explain why there are no keys.
    guard case .none = configuration.signing.keys, !problems.all.hasErrors, let previous, previous.signs else { return }
    problems.add(
      ConfigurationProblem(
        .error, at: nil, "the new configuration has no signing keys: is the file truncated?",
        fix: "add KeyTable and SigningTable, or Domain, Selector and KeyFile, again; or set Mode v to sign no mail"))
  }
}

extension Configuration {
  /// The data sets that must have rows if mail is to be signed, by setting name.
  fileprivate var signingSets: [String: any DataSet] {
    switch signing.keys {
    case .none: [:]
    case .single(let single): ["Domain": single.domains.set, "InternalHosts": origin.internalHosts.set]
    case .tables(let signingTable, let keyTable):
      ["SigningTable": signingTable.set, "KeyTable": keyTable.set, "InternalHosts": origin.internalHosts.set]
    }
  }

  fileprivate var signs: Bool {
    if case .none = signing.keys { return false }
    return roles.contains(.sign)
  }
}

extension DataSet {
  /// True for an empty data set in memory. Other kinds may have rows that cannot be listed.
  fileprivate var isKnownEmpty: Bool { (self as? any LocalDataSet)?.isEmpty == true }
}
