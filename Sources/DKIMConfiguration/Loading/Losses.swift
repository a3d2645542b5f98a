/// A file that was emptied or cut short, by a full disk say, is not to be taken for the wish to filter or sign nothing.
extension ConfigurationDraft {
  /// - Parameter previous: the configuration in force, at a reload.
  mutating func judgeLosses(since previous: Configuration?) {
    judgeKeys(since: previous)
    guard configuration.process.socket == nil, previous?.process.socket != nil else { return }
    problems.add(
      ConfigurationProblem(
        .error, at: nil, "no Socket is set any more: is the file empty or cut short?",
        fix: "write the Socket line again"))
  }

  private mutating func judgeKeys(since previous: Configuration?) {
    guard configuration.roles.contains(.sign) else { return }
    let before = previous?.signingSets ?? [:]
    for (name, set) in configuration.signingSets.sorted(by: { $0.key < $1.key }) where set.isKnownEmpty {
      // Only where there were rows is it known to be a loss.
      let hadRows = before[name].map { !$0.isKnownEmpty } ?? false
      complain(
        hadRows ? .error : .warning, about: name,
        hadRows
          ? "\(name) has no rows any more: is the file cut short?" : "\(name) has no rows: no mail is signed by it",
        fix: "write them into \(set.specification), or set Mode v to sign nothing")
    }
    // What else is wrong tells why there are no keys.
    guard case .none = configuration.signing.keys, !problems.all.hasErrors, let previous, previous.signs else { return }
    problems.add(
      ConfigurationProblem(
        .error, at: nil, "no keys to sign with are set any more: is the file cut short?",
        fix: "write KeyTable and SigningTable, or Domain, Selector and KeyFile, again; Mode v signs nothing"))
  }
}

extension Configuration {
  /// Those that nothing is signed without, by their settings.
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
  /// Of kinds in memory; others may hold rows that cannot be listed.
  fileprivate var isKnownEmpty: Bool { (self as? any LocalDataSet)?.isEmpty == true }
}
