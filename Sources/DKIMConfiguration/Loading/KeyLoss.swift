/// A file that was emptied or cut short, by a full disk say, is not to be taken for the wish to sign nothing.
extension ConfigurationDraft {
  /// - Parameter previous: the configuration in force, at a reload.
  mutating func judgeLoss(since previous: Configuration?) {
    guard configuration.roles.contains(.sign) else { return }
    let before = previous?.signing.keys ?? .none
    if case .tables(let signingTable, let keyTable) = configuration.signing.keys {
      var signers: (any DataSet)?
      var keys: (any DataSet)?
      if case .tables(let oldSigningTable, let oldKeyTable) = before {
        (signers, keys) = (oldSigningTable.set, oldKeyTable.set)
      }
      judgeRows("SigningTable", signingTable.set, since: signers)
      judgeRows("KeyTable", keyTable.set, since: keys)
    }
    // What else is wrong tells why there are no keys.
    guard case .none = configuration.signing.keys, !problems.all.hasErrors, let previous, previous.signs else { return }
    problems.add(
      ConfigurationProblem(
        .error, at: nil, "no keys to sign with are set any more: is the file cut short?",
        mend: "write KeyTable and SigningTable, or Domain, Selector and KeyFile, again; Mode v signs nothing"))
  }

  private mutating func judgeRows(_ name: String, _ set: any DataSet, since previous: (any DataSet)?) {
    guard let set = set as? any LocalDataSet, set.isEmpty else { return }
    // Only where there were rows is it known to be a loss.
    let hadRows = (previous as? any LocalDataSet)?.isEmpty == false
    complain(
      hadRows ? .error : .warning, about: name,
      "\(name) has no rows" + (hadRows ? " any more: is the file cut short?" : ": nothing is signed"),
      mend: "write them into \(set.specification), or set Mode v to sign nothing")
  }
}

extension Configuration {
  fileprivate var signs: Bool {
    if case .none = signing.keys { return false }
    return roles.contains(.sign)
  }
}
