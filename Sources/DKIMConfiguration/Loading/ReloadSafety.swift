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
    let before = previous?.signingSets ?? []
    for (setting, set) in configuration.signingSets where set.isKnownEmpty {
      let name = setting.name
      // An empty table is a loss only if it had rows before.
      let hadRows = before.contains { $0.setting.name == name && !$0.set.isKnownEmpty }
      report(
        hadRows ? .error : .warning, about: setting,
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
  fileprivate typealias SigningSet = (setting: SettingKey<DataSetText?>, set: any DataSet)

  /// The data sets that must have rows if mail is to be signed, in the alphabetical order of their settings.
  fileprivate var signingSets: [SigningSet] {
    let internalHosts: SigningSet = (Setting.internalHosts, origin.internalHosts.set)
    return switch signing.keys {
    case .none: []
    case .single(let single): [(Setting.domain, single.domains.set), internalHosts]
    case .scripted(let keyTable): [(Setting.keyTable, keyTable.set)]
    case .tables(let signingTable, let keyTable):
      [internalHosts, (Setting.keyTable, keyTable.set), (Setting.signingTable, signingTable.set)]
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
