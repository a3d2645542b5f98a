internal import DKIMCore

/// Checks of the settings for mail that is verified and then signed.
extension ConfigurationDraft {
  /// Checks that ResignMailTo can have an effect.
  mutating func checkResigning() {
    guard settings.has(Setting.resignMailTo) else {
      if configuration.signing.resignsAll {
        report(
          .warning, about: Setting.resignAll, "ResignAll has no effect without ResignMailTo", fix: "add ResignMailTo")
      }
      return
    }
    if configuration.roles != [.sign, .verify] {
      report(
        .warning, about: Setting.resignMailTo, "ResignMailTo has no effect unless Mode is sv", fix: "write Mode sv")
    } else if case .none = configuration.signing.keys, !problems.all.hasErrors {
      report(
        about: Setting.resignMailTo, "ResignMailTo requires a key to sign with",
        fix: "add KeyTable and SigningTable, or Domain, Selector and KeyFile")
    }
  }

  /// Reports rows of ResignMailTo whose key is not in KeyTable, so that mail for them would be deferred.
  mutating func checkResigningRows(_ keys: KeyTable) async {
    guard let set = sets[Setting.resignMailTo.name], let rows = try? await set.allRows(),
      let names = try? await keys.set.allRows().map(\.key)
    else { return }
    let known = Set(names)
    for row in rows {
      let name = row.fields(1).first.flatMap { $0 } ?? ""
      if known.contains(name) { continue }
      problems.add(
        ConfigurationProblem(
          .warning, at: row.location ?? settings.location(Setting.resignMailTo),
          name.isEmpty
            ? "ResignMailTo: the row \(PrintableText.quoted(row.key)) has no key name, so that mail for it is deferred"
            : "ResignMailTo names the key \(PrintableText.quoted(name)), which KeyTable does not have, so that "
              + "mail for \(PrintableText.quoted(row.key)) is deferred",
          fix: "write the name of a KeyTable row after the recipient"))
    }
  }
}
